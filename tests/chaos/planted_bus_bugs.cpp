#include "tests/chaos/planted_bus_bugs.hpp"

#include <memory>
#include <optional>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "tools/sagachaos/bus_decorator.hpp"
#include "tools/sagachaos/store_decorator.hpp"
#include "tools/sagachaos/struck_bus.hpp"
#include "workflows/wire/cloud_event.hpp"
#include "workflows/wire/command_codec.hpp"
#include "workflows/wire/queue_names.hpp"
#include "workflows/wire/reply_codec.hpp"

namespace sagad::tests {

namespace {

using chaos::bus_decorator;
using chaos::go_between;
using chaos::site;

/// The command in the message, if it is one and asks for that.
std::optional<command> command_in(const outgoing_message& m, action what) {
  if (m.exchange != wire::commands_exchange)
    return std::nullopt;
  auto asked = wire::command_from(m.body);
  return asked && asked->what == what ? std::optional{std::move(*asked)} : std::nullopt;
}

/// As if the participant had answered the command `m`.
incoming_message answer_to(const outgoing_message& m, const command& asked, std::string queue, reply_outcome outcome,
                           std::string code) {
  incoming_message answer;
  answer.queue = std::move(queue);
  answer.correlation_id = m.correlation_id;
  answer.body = wire::to_message(reply{.saga = asked.saga,
                                       .step = asked.step,
                                       .what = asked.what,
                                       .attempt = asked.attempt,
                                       .outcome = outcome,
                                       .code = std::move(code),
                                       .detail = {},
                                       .result = {}});
  return answer;
}

/// Whoever is asked to undo will surely do it: it is sent the command, and nobody waits for the answer.
class unawaited_undo final : public bus_decorator {
public:
  using bus_decorator::bus_decorator;

  bool publish(outgoing_message m, std::uint64_t token) override {
    const auto asked = command_in(m, action::undo);
    if (!asked)
      return behind().publish(std::move(m), token);
    auto answer = answer_to(m, *asked, reply_queue(), reply_outcome::succeeded, {});
    const bool taken = behind().publish(std::move(m), token);
    hears().on_message(std::move(answer));
    return taken;
  }
};

/// Who is probed did not answer in time: instead of asking, it says that the participant refused.
class impatient_bus final : public bus_decorator {
public:
  using bus_decorator::bus_decorator;

  bool publish(outgoing_message m, std::uint64_t token) override {
    const auto asked = command_in(m, action::probe);
    if (!asked)
      return behind().publish(std::move(m), token);
    hears().on_message(answer_to(m, *asked, reply_queue(), reply_outcome::refused, "NO_ANSWER"));
    return true;
  }
};

/// The token of what nobody waits for.
constexpr std::uint64_t nobodys_token = std::uint64_t{999} << 48U;

class hasty_events final : public chaos::store_decorator {
public:
  hasty_events(std::shared_ptr<store> behind, std::shared_ptr<message_bus*> bus)
      : store_decorator(std::move(behind)), bus_(std::move(bus)) {}

  store_result<batch_result> commit(const batch& work, moment now) override {
    for (const saga_update& u : work.updates)
      for (const fact& f : u.facts)
        (*bus_)->publish({.exchange = std::string{wire::events_exchange},
                          .routing_key = f.type,
                          .body = wire::to_cloud_event(f),
                          .message_id = wire::cloud_event_id(f)},
                         nobodys_token);
    return behind().commit(work, now);
  }

private:
  std::shared_ptr<message_bus*> bus_;
};

/// The broker forgets an order before the store knows it.
class hasty_acknowledgement final : public bus_decorator {
public:
  using bus_decorator::bus_decorator;

  void on_message(incoming_message m) override {
    if (m.queue == wire::orders_queue) {
      behind().acknowledge(m.receipt);
      forgotten_.insert(m.receipt);
    }
    hears().on_message(std::move(m));
  }
  void acknowledge(std::uint64_t receipt) override {
    if (forgotten_.erase(receipt) == 0)
      behind().acknowledge(receipt);
  }
  void give_back(std::uint64_t receipt) override {
    if (forgotten_.erase(receipt) == 0)
      behind().give_back(receipt);
  }

private:
  std::set<std::uint64_t> forgotten_;
};

/// What is said is not what was decided.
template <auto changes>
class lying_bus final : public bus_decorator {
public:
  using bus_decorator::bus_decorator;

  bool publish(outgoing_message m, std::uint64_t token) override {
    changes(m);
    return behind().publish(std::move(m), token);
  }
};

bool is_event(const outgoing_message& m) { return m.exchange == wire::events_exchange; }

template <class Change>
void change_answer(outgoing_message& m, Change change) {
  if (!m.exchange.empty() || m.routing_key != chaos::customers_queue)
    return;
  json answer = json::parse(m.body);
  change(answer);
  m.body = answer.dump();
}

void refuse(outgoing_message& m) {
  change_answer(m, [](json& answer) {
    answer["accepted"] = false;
    answer["error"] = {{"code", "NO"}, {"message", "no."}};
  });
}

void call_duplicate(outgoing_message& m) {
  change_answer(m, [](json& answer) { answer["duplicate"] = true; });
}

void give_one_id(outgoing_message& m) {
  if (!is_event(m))
    return;
  json event = json::parse(m.body);
  event["id"] = m.message_id = "same/1";
  m.body = event.dump();
}

void invent_data(outgoing_message& m) {
  if (!is_event(m))
    return;
  json event = json::parse(m.body);
  event["data"]["code"] = "A_LIE";
  m.body = event.dump();
}

void mistake_key(outgoing_message& m) {
  if (is_event(m))
    m.routing_key = "order.nonsense";
}

void garble(outgoing_message& m) {
  if (is_event(m))
    m.body = R"([{"subject":7}])";
}

/// One that stands on the way to the broker of the process that drives orders.
template <class Bug>
go_between on_the_way_to_the_broker() {
  go_between g;
  g.bus = [](bus_listener& hears, const site& at, const go_between::connect_fn& connect) {
    if (!at.orchestrates)
      return connect(hears);
    auto bug = std::make_unique<Bug>(hears);
    bug->connect_to(connect(*bug));
    return std::unique_ptr<message_bus>{std::move(bug)};
  };
  return g;
}

} // namespace

go_between undo_not_awaited() { return on_the_way_to_the_broker<unawaited_undo>(); }
go_between timeout_taken_as_failure() { return on_the_way_to_the_broker<impatient_bus>(); }
go_between acknowledged_before_durable() { return on_the_way_to_the_broker<hasty_acknowledgement>(); }
go_between accepted_and_told_refused() { return on_the_way_to_the_broker<lying_bus<refuse>>(); }
go_between everything_told_a_duplicate() { return on_the_way_to_the_broker<lying_bus<call_duplicate>>(); }
go_between one_id_for_all_events() { return on_the_way_to_the_broker<lying_bus<give_one_id>>(); }
go_between events_with_invented_data() { return on_the_way_to_the_broker<lying_bus<invent_data>>(); }
go_between events_under_a_wrong_key() { return on_the_way_to_the_broker<lying_bus<mistake_key>>(); }
go_between events_that_nobody_can_read() { return on_the_way_to_the_broker<lying_bus<garble>>(); }

go_between published_before_durable() {
  const auto newest = std::make_shared<message_bus*>(nullptr);
  go_between g;
  g.bus = [newest](bus_listener& hears, const site& at, const go_between::connect_fn& connect) {
    auto bus = connect(hears);
    if (at.orchestrates)
      *newest = bus.get();
    return bus;
  };
  g.before_harness = [newest](std::shared_ptr<store> behind, const site& at) -> std::shared_ptr<store> {
    return at.orchestrates ? std::make_shared<hasty_events>(std::move(behind), newest) : behind;
  };
  return g;
}

} // namespace sagad::tests
