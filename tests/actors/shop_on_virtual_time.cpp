#include "tests/actors/shop_on_virtual_time.hpp"

#include <utility>

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <catch2/catch.hpp>
#include <spdlog/spdlog.h>

#include "actors/engine.hpp"
#include "adapters/memory/memory_store.hpp"
#include "tests/actors/virtual_time.hpp"

namespace sagad::tests {

namespace {

constexpr checkout::money token_price = 50;
constexpr checkout::quantity tokens = 100'000;
const sku token{"token"};
/// How long nobody looks whether what is waited for has come true.
constexpr milliseconds stride = 100ms;

/// What the store says of something that must be there.
template <class T>
T must(store_result<T> result) {
  if (!result)
    FAIL(to_string(result.error().what) << ": " << result.error().detail);
  if constexpr (!std::is_void_v<T>)
    return std::move(*result);
}

} // namespace

checkout::submission order_of(std::string id, std::string customer, std::string item, checkout::quantity count) {
  checkout::submission s;
  s.order = order_id{std::move(id)};
  s.customer = customer_id{std::move(customer)};
  s.lines.push_back({.item = sku{std::move(item)}, .count = count, .unit_price = {}});
  return s;
}

checkout::submission order_of_token(const std::string& id) { return order_of(id, "buyer-of-" + id, token.value, 1); }

checkout::submission order_of_token(const std::string& id, std::vector<fault> faults) {
  auto s = order_of_token(id);
  s.faults = std::move(faults);
  return s;
}

struct shop_on_virtual_time::machinery {
  explicit machinery(shop_settings s) : settings(std::move(s)) {
    if (settings.seed)
      time.interleave_by(*settings.seed);
  }

  std::shared_ptr<const saga_catalog> known_definitions() const {
    auto catalog = std::make_shared<saga_catalog>();
    for (const definition* each : settings.knows)
      if (const auto added = catalog->add(*each, settings.steps); !added)
        FAIL(added.error());
    return catalog;
  }

  /// Asks by an actor of its own: a scoped one would block for ever where no answer comes. `read` makes the answer
  /// out of the `Message` that comes.
  template <class Message, class Whom, class Question, class Read>
  auto ask(const Whom& whom, Question question, Read read) {
    using answer = decltype(read(std::declval<Message&>()));
    auto box = std::make_shared<awaited<answer>>();
    ++unanswered;
    askers.push_back(time.system().spawn([=, this](caf::event_based_actor* self) {
      const auto over = [=, this] { --unanswered; };
      self->request(whom, caf::infinite, question)
          .then([=](Message& m) { over(), box->got = read(m); },
                [=](const caf::error&) { over(), box->broken = true; });
    }));
    return box;
  }

  shop_settings settings;
  virtual_time time;
  std::shared_ptr<memory::world> world = memory::make_world();
  std::unique_ptr<back_office> office = memory::open_back_office(world, *settings.begins);
  std::unique_ptr<actors::engine> engine;
  std::vector<caf::actor> askers;
  std::size_t unanswered = 0;
  /// How many actors an engine without orders has.
  std::size_t engine_size = 0;
  int store_lost = 0;
  int broken = 0;
};

shop_on_virtual_time::shop_on_virtual_time(shop_settings settings)
    : in_(std::make_unique<machinery>(std::move(settings))) {
  spdlog::set_level(spdlog::level::off); // what goes wrong here goes wrong on purpose
  open();
  settle();
  in_->engine_size = actors_alive();
  must(office().set_price(token, token_price));
  must(office().add_stock(token, tokens));
}

shop_on_virtual_time::~shop_on_virtual_time() {
  in_->time.before_each_message({}); // it may look at what the test had and has no more
  crash();
  for (const auto& asker : in_->askers)
    caf::anon_send_exit(asker, caf::exit_reason::user_shutdown);
  settle();
}

// --- time ----------------------------------------------------------------------------------------------------

moment shop_on_virtual_time::now() const { return in_->time.now(); }
void shop_on_virtual_time::settle() { in_->time.settle(); }
void shop_on_virtual_time::pass(milliseconds duration) { in_->time.pass(duration); }

bool shop_on_virtual_time::pass_until(const std::function<bool()>& come_true, milliseconds patience) {
  settle();
  for (const moment end = now() + patience; !come_true();) {
    if (now() >= end)
      return false;
    pass(stride);
  }
  return true;
}

bool shop_on_virtual_time::pass_until_all_rest(milliseconds patience) {
  return pass_until([this] { return audit().unfinished == 0; }, patience);
}

// --- customers, the operator -----------------------------------------------------------------------------------

awaited_ptr<acceptance> shop_on_virtual_time::hand_in(const checkout::submission& asked) {
  return in_->ask<acceptance>(in_->engine->orders(), asked, [](acceptance& a) { return std::move(a); });
}

acceptance shop_on_virtual_time::submit(const checkout::submission& asked) {
  const auto answer = hand_in(asked);
  settle();
  REQUIRE(answer->got.has_value());
  return *answer->got;
}

back_office& shop_on_virtual_time::office() { return *in_->office; }

awaited_ptr<std::optional<verdict>> shop_on_virtual_time::hand_in_wish(event::kind what, const std::string& order,
                                                                       std::string reason) {
  return in_->ask<actors::wish_result>(in_->engine->orders(),
                                       actors::wish{.saga = saga_id{order}, .what = what, .reason = std::move(reason)},
                                       [](actors::wish_result& r) { return r.what; });
}

std::optional<verdict> shop_on_virtual_time::wish(event::kind what, const std::string& order, std::string reason) {
  const auto answer = hand_in_wish(what, order, std::move(reason));
  settle();
  REQUIRE(answer->got.has_value());
  return *answer->got;
}

order_view shop_on_virtual_time::order(const std::string& id) {
  auto found = must(office().find_order(order_id{id}));
  REQUIRE(found.has_value());
  return std::move(*found);
}

std::string shop_on_virtual_time::state_of(const std::string& id) {
  return std::string{to_string(order(id).now.state)};
}
std::string shop_on_virtual_time::outcome_of(const std::string& id) { return order(id).now.outcome; }

std::vector<std::string> shop_on_virtual_time::history(const std::string& id) {
  std::vector<std::string> types;
  for (fact& each : must(office().history(order_id{id}, 0)))
    types.push_back(std::move(each.type));
  return types;
}

checkout::money shop_on_virtual_time::balance(const std::string& customer) {
  return must(office().find_wallet(customer_id{customer})).balance;
}

stock_level shop_on_virtual_time::stock(const std::string& item) {
  for (const stock_level& each : must(office().stock()))
    if (each.item.value == item)
      return each;
  return {.item = sku{item}};
}

audit_report shop_on_virtual_time::audit() { return must(office().audit(now())); }

std::string shop_on_virtual_time::broken_promises() {
  std::string lines;
  for (const audit_finding& each : audit().findings)
    lines +=
        "promise " + std::to_string(each.promise) + ", " + each.check + ": " + each.subject + ": " + each.detail + '\n';
  return lines;
}

// --- the node --------------------------------------------------------------------------------------------------

void shop_on_virtual_time::open() {
  node_options node;
  node.initial_credit = in_->settings.initial_credit;
  node.allow_faults = true;
  node.started_at = now();
  node.begins = in_->settings.begins;
  std::shared_ptr<store> target = must(memory::open_node(in_->world, node));
  if (in_->settings.between)
    target = in_->settings.between(std::move(target));
  in_->engine = std::make_unique<actors::engine>(
      in_->time.system(), actors::engine_config{.target = std::move(target),
                                                .catalog = in_->known_definitions(),
                                                .clock = in_->time.clock(),
                                                .limits = in_->settings.limits,
                                                .watcher = in_->settings.watcher,
                                                .allow_faults = true,
                                                .store_has_thread = false,
                                                .on_store_lost = [&](const store_error&) { ++in_->store_lost; },
                                                .on_broken = [&] { ++in_->broken; }});
}

shop_settings& shop_on_virtual_time::settings() { return in_->settings; }

void shop_on_virtual_time::crash() {
  if (in_->engine)
    in_->engine->abandon();
  in_->engine.reset();
  settle();
}

awaited_ptr<bool> shop_on_virtual_time::begin_to_drain(milliseconds grace) {
  return in_->ask<actors::drained>(in_->engine->orders(), actors::drain{grace}, [](actors::drained) { return true; });
}

bool shop_on_virtual_time::close(milliseconds grace, milliseconds patience) {
  const auto drained = begin_to_drain(grace);
  const bool in_time = pass_until([&] { return drained->got.has_value(); }, patience);
  const auto left = in_->ask<actors::left_store>(in_->engine->gateway(), actors::leave_store{},
                                                 [](actors::left_store) { return true; });
  settle();
  crash();
  return in_time && left->got.has_value();
}

std::size_t shop_on_virtual_time::orders_in_memory() const { return actors_alive() - in_->engine_size; }
std::size_t shop_on_virtual_time::actors_alive() const {
  return in_->time.system().registry().running() - in_->unanswered;
}
int shop_on_virtual_time::store_lost_count() const { return in_->store_lost; }
int shop_on_virtual_time::broken_count() const { return in_->broken; }

// --- harm ------------------------------------------------------------------------------------------------------

void shop_on_virtual_time::beware_of(killer k) {
  in_->time.before_each_message([k = std::move(k)](caf::scheduled_actor& actor) {
    if (k(actor.name()))
      actor.enqueue(nullptr, caf::make_message_id(caf::message_priority::high),
                    caf::make_message(caf::exit_msg{actor.address(), caf::exit_reason::kill}), nullptr);
  });
}

} // namespace sagad::tests
