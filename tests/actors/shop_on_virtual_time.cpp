#include "tests/actors/shop_on_virtual_time.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <catch2/catch.hpp>
#include <spdlog/spdlog.h>

#include "adapters/memory/memory_broker.hpp"
#include "tests/actors/virtual_node.hpp"
#include "tools/sagachaos/virtual_time.hpp"

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

std::vector<node_role> one_node() { return {node_role{}}; }

std::vector<node_role> a_node_for_each_role() {
  return {{.name = "orchestrator", .orchestrates = true, .plays = {"orders", "notification"}},
          {.name = "payment", .orchestrates = false, .plays = {"payment"}},
          {.name = "inventory", .orchestrates = false, .plays = {"inventory"}},
          {.name = "delivery", .orchestrates = false, .plays = {"delivery"}}};
}

struct shop_on_virtual_time::machinery {
  explicit machinery(shop_settings s) : settings(std::move(s)) {
    if (settings.seed)
      time.interleave_by(*settings.seed);
    if (!settings.cluster.empty()) {
      memory::broker_options queues;
      for (const definition* each : settings.knows)
        for (const std::string& asked : participants_of(*each))
          queues.participants.push_back(asked);
      broker = memory::make_broker(std::move(queues));
      time.also_settle([this] { return broker->pump(); });
    }
    for (const node_role& each : settings.cluster.empty() ? one_node() : settings.cluster) {
      nodes.push_back(std::make_unique<virtual_node>(time, each, broker));
      offices.push_back(memory::open_back_office(nodes.back()->world(), *settings.begins));
    }
  }

  virtual_node& first() { return *nodes.front(); }

  virtual_node& named(const std::string& name) {
    for (const auto& each : nodes)
      if (each->role().name == name)
        return *each;
    throw std::invalid_argument{"no node " + name};
  }

  /// Where that participant's ledger is.
  back_office& office_of(std::string_view participant) {
    for (std::size_t i = 0; i < nodes.size(); ++i)
      if (nodes[i]->plays(participant))
        return *offices[i];
    throw std::invalid_argument{"nobody plays " + std::string{participant}};
  }

  /// As whoever watches over processes does.
  void restart_the_lost() {
    for (const auto& each : nodes)
      if (each->is_up() && each->store_lost > losses_seen[each->role().name]) {
        each->crash();
        losses_seen[each->role().name] = each->store_lost;
        ++restarts;
        each->open(settings);
        time.settle();
      }
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

  /// Drains the first node stage by stage, each when the one before it is through.
  awaited_ptr<bool> drain_from(std::size_t stage, milliseconds grace,
                               awaited_ptr<bool> all = std::make_shared<awaited<bool>>()) {
    const auto stages = first().engine().stages();
    if (stage == stages.size()) {
      all->got = true;
      return all;
    }
    ask<actors::drained>(stages[stage].who, actors::drain{grace}, [=, this](actors::drained) {
      drain_from(stage + 1, grace, all);
      return true;
    });
    return all;
  }

  shop_settings settings;
  virtual_time time;
  std::shared_ptr<memory::broker> broker;
  std::vector<std::unique_ptr<virtual_node>> nodes;
  /// Of each node's store.
  std::vector<std::unique_ptr<back_office>> offices;
  std::map<std::string, int> losses_seen;
  int restarts = 0;
  std::vector<caf::actor> askers;
  std::size_t unanswered = 0;
  /// How many actors an engine without orders has.
  std::size_t engine_size = 0;
};

shop_on_virtual_time::shop_on_virtual_time(shop_settings settings)
    : in_(std::make_unique<machinery>(std::move(settings))) {
  spdlog::set_level(spdlog::level::off); // what goes wrong here goes wrong on purpose
  open();
  settle();
  in_->engine_size = actors_alive();
  must(office().set_price(token, token_price));
  must(in_->office_of("inventory").add_stock(token, tokens));
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
void shop_on_virtual_time::set_wall_clock_by(milliseconds ahead) { in_->time.set_wall_clock_by(ahead); }
void shop_on_virtual_time::settle() { in_->time.settle(); }

void shop_on_virtual_time::pass(milliseconds duration) {
  if (!in_->settings.supervised)
    return in_->time.pass(duration);
  for (const auto end = in_->time.instant() + duration; in_->time.instant() < end;) {
    in_->time.pass(std::min(stride, std::chrono::ceil<milliseconds>(end - in_->time.instant())));
    in_->restart_the_lost();
  }
}

bool shop_on_virtual_time::pass_until(const std::function<bool()>& come_true, milliseconds patience) {
  settle();
  for (const auto end = in_->time.instant() + patience; !come_true();) {
    if (in_->time.instant() >= end)
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
  return in_->ask<acceptance>(in_->first().engine().orders(), asked, [](acceptance& a) { return std::move(a); });
}

acceptance shop_on_virtual_time::submit(const checkout::submission& asked) {
  const auto answer = hand_in(asked);
  settle();
  REQUIRE(answer->got.has_value());
  return *answer->got;
}

back_office& shop_on_virtual_time::office() { return *in_->offices.front(); }

back_office& shop_on_virtual_time::office_of(std::string_view participant) { return in_->office_of(participant); }

awaited_ptr<std::optional<verdict>> shop_on_virtual_time::hand_in_wish(event::kind what, const std::string& order,
                                                                       std::string reason) {
  return in_->ask<actors::wish_result>(
      in_->first().engine().orders(),
      actors::wish{.saga = saga_id{order},
                   .wanted = {.what = operations::action_of(what), .who = {}, .why = std::move(reason)}},
      [](actors::wish_result& r) { return r.what; });
}

operation shop_on_virtual_time::repair(operations::operator_action what, const std::vector<std::string>& orders,
                                       std::size_t release) {
  std::vector<repair_target> targets;
  for (const std::string& each : orders)
    targets.push_back({.order = order_id{each}, .saga = saga_id{each}, .sequence = order(each).now.sequence});
  const operation_request request{.wanted = {.what = what, .who = "olga", .why = "night shift"}, .pace = {}};
  return must(office().plan_operation(request, targets, std::min(release, orders.size()), "pacer", now()));
}

sagad::repair shop_on_virtual_time::repair_of(const std::string& operation, const std::string& order) {
  for (sagad::repair& each : must(office().repairs(operation)))
    if (each.order.value == order)
      return std::move(each);
  FAIL("no repair of " << order << " in " << operation);
  return {};
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
  return must(in_->office_of("payment").find_wallet(customer_id{customer})).balance;
}

stock_level shop_on_virtual_time::stock(const std::string& item) {
  for (const stock_level& each : must(in_->office_of("inventory").stock()))
    if (each.item.value == item)
      return each;
  return {.item = sku{item}};
}

audit_report shop_on_virtual_time::audit() { return must(office().audit(now())); }

std::string shop_on_virtual_time::broken_promises() {
  std::string lines;
  for (const auto& office : in_->offices)
    for (const audit_finding& each : must(office->audit(now())).findings)
      lines += "promise " + std::to_string(each.promise) + ", " + each.check + ": " + each.subject + ": " +
               each.detail + '\n';
  return lines;
}

// --- the node --------------------------------------------------------------------------------------------------

void shop_on_virtual_time::open() {
  for (const auto& each : in_->nodes)
    if (!each->is_up())
      each->open(in_->settings);
}

void shop_on_virtual_time::open(const std::string& node) { in_->named(node).open(in_->settings); }

shop_settings& shop_on_virtual_time::settings() { return in_->settings; }

void shop_on_virtual_time::crash() {
  for (const auto& each : in_->nodes)
    each->crash();
}

void shop_on_virtual_time::crash(const std::string& node) { in_->named(node).crash(); }

memory::broker& shop_on_virtual_time::broker() { return *in_->broker; }

awaited_ptr<bool> shop_on_virtual_time::begin_to_drain(milliseconds grace) { return in_->drain_from(0, grace); }

bool shop_on_virtual_time::close(milliseconds grace, milliseconds patience) {
  const auto drained = begin_to_drain(grace);
  const bool in_time = pass_until([&] { return drained->got.has_value(); }, patience);
  bool left = true;
  for (const auto& gateway : in_->first().engine().leavers()) {
    const auto answer =
        in_->ask<actors::left_store>(gateway, actors::leave_store{}, [](actors::left_store) { return true; });
    settle();
    left = left && answer->got.has_value();
  }
  crash();
  return in_time && left;
}

std::size_t shop_on_virtual_time::orders_in_memory() const { return actors_alive() - in_->engine_size; }
std::size_t shop_on_virtual_time::actors_alive() const {
  return in_->time.system().registry().running() - in_->unanswered;
}
int shop_on_virtual_time::store_lost_count() const { return in_->first().store_lost; }
int shop_on_virtual_time::restarts() const { return in_->restarts; }
int shop_on_virtual_time::broken_count() const {
  int count = 0;
  for (const auto& each : in_->nodes)
    count += each->broken;
  return count;
}
int shop_on_virtual_time::drain_wanted_count() const { return in_->first().drain_wanted; }

// --- harm ------------------------------------------------------------------------------------------------------

void shop_on_virtual_time::beware_of(killer k) {
  in_->time.before_each_message([k = std::move(k)](caf::scheduled_actor& actor) {
    if (k(actor.name()))
      actor.enqueue(nullptr, caf::make_message_id(caf::message_priority::high),
                    caf::make_message(caf::exit_msg{actor.address(), caf::exit_reason::kill}), nullptr);
  });
}

} // namespace sagad::tests
