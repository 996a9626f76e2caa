#include <array>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>

#include "tests/workflows/operations/sample_orders.hpp"
#include "workflows/operations/query.hpp"
#include "workflows/operations/repair.hpp"
#include "workflows/operations/stuck.hpp"
#include "workflows/operations/why.hpp"

/// Whatever an order goes through, the operator's tools have an answer at each point, and their answers agree.
namespace sagad::tests {

using namespace operations;

namespace {

constexpr std::array every_action{operator_action::retry,      operator_action::resume, operator_action::cancel,
                                  operator_action::compensate, operator_action::skip,   operator_action::hold};

class walker {
public:
  explicit walker(std::uint64_t seed) : random_(seed) {}

  event next(const saga& now) {
    using enum event::kind;
    event e{.what = one_of(std::array{taken_up, replied, replied, replied, replied, woken, woken, hold, resume, retry,
                                      skip, cancel, compensate})};
    if ((e.what == cancel || e.what == compensate) && one_of(std::array{1, 2, 3, 4}) > 1)
      e.what = replied;
    e.at = now.wakeup_at.value_or(now.updated_at) + milliseconds{one_of(std::array{0, 1, 5'000})};
    e.reason = "because";
    e.answer = {.saga = now.id,
                .step = now.steps[now.at].name,
                .what = now.asking,
                .attempt = now.attempt,
                .outcome = one_of(std::array{reply_outcome::succeeded, reply_outcome::succeeded, reply_outcome::failed,
                                             reply_outcome::refused, reply_outcome::undelivered}),
                .code = "NO_WAY",
                .detail = "shelf 7",
                .result = {}};
    return e;
  }

  template <class T, std::size_t N>
  T one_of(const std::array<T, N>& choices) {
    return choices[std::uniform_int_distribution<std::size_t>{0, N - 1}(random_)];
  }

private:
  std::mt19937_64 random_;
};

void tools_agree_on(const order_view& order, moment now) {
  const saga_catalog& known = impatient_catalog();
  for (const operator_action a : every_action) {
    const repair_request wish{.what = a, .who = "alice", .why = "now"};
    const repair_plan p = plan(wish, std::vector{order}, known, now);
    const transition t = advance(impatient_checkout(), order.now, event_of(wish, now, 0.0));
    REQUIRE((p.allowed == 1) == (t.what == verdict::moved));
    REQUIRE(p.orders.at(0).refused_because.empty() == (p.allowed == 1));
    REQUIRE(p.money.refunded + p.money.kept + p.money.on_a_persons_word <= order.total);
  }
  const explanation e = explain({.asked_for = order.now.order, .order = order, .now = now}, known);
  REQUIRE_FALSE(e.text_of(sentence_role::state).empty());
  REQUIRE_FALSE(e.text_of(sentence_role::advice).empty());
  std::map<sentence_role, int> times;
  for (const sentence& s : e.sentences) {
    REQUIRE_FALSE(s.text.empty());
    REQUIRE((++times[s.role] == 1 || s.role == sentence_role::person));
  }
  const auto groups = stuck(std::vector{order}, known, now, {.longer_than = 0ms});
  REQUIRE(groups.size() <= 1);
  REQUIRE((groups.empty() || !has_ended(order.now)));
  REQUIRE((groups.size() == 1 || order.now.state != held));
  for (const stuck_group& g : groups)
    REQUIRE(parse_query("group=" + g.key).value().matches(order, known, now));
}

} // namespace

TEST_CASE("wherever an order stands, plan, why, stuck and query know it, and agree", "[operations][random]") {
  const char* given = std::getenv("SAGAD_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::cout << "note: operators' walks with SAGAD_SEED=" << seed << '\n';
  INFO("replay it with SAGAD_SEED=" << seed);
  walker world{seed};
  int ended = 0;
  for (int walk = 0; walk < 300; ++walk) {
    order_view order = view_of(begin(impatient_checkout(), saga_id{"s"}, order_id{"o"}, moment{1h}));
    for (int i = 0; i < 40 && !has_ended(order.now); ++i) {
      const event e = world.next(order.now);
      order.now = advance(impatient_checkout(), order.now, e).after;
      tools_agree_on(order, e.at);
    }
    ended += has_ended(order.now) ? 1 : 0;
  }
  CHECK(ended > 0);
}

} // namespace sagad::tests
