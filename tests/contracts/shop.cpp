#include "tests/contracts/shop.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "workflows/saga_machine.hpp"

namespace sagad::tests {

namespace {

/// What the participants' actors make of a command.
effect understood(const command& asked) {
  const json& p = asked.payload;
  if (asked.participant == "payment")
    return charge{customer_id{p.at("customer_id")}, p.at("amount").get<checkout::money>()};
  if (asked.participant == "delivery")
    return shipment{asked.order, customer_id{p.at("customer_id")}};
  if (asked.participant != "inventory")
    return mark{.final = asked.participant == "orders"};
  reservation wanted;
  for (const json& l : p.at("lines"))
    wanted.lines.push_back(line(l.at("sku"), l.at("quantity").get<checkout::quantity>()));
  return wanted;
}

} // namespace

checkout::order_line line(const std::string& item, checkout::quantity count,
                          std::optional<checkout::money> unit_price) {
  return {.item = sku{item}, .count = count, .unit_price = unit_price};
}

checkout::submission order_of(const std::string& id, std::vector<checkout::order_line> lines,
                              const std::string& customer) {
  return {.order = order_id{id}, .customer = customer_id{customer}, .lines = std::move(lines), .faults = {}};
}

checkout::submission order_with_fault(const std::string& id, fault f) {
  auto s = order_of(id, {line("token", 1)});
  s.faults.push_back(std::move(f));
  return s;
}

ledger_command to_do(const std::string& key, effect what) {
  return {.idempotency_key = key, .participant = "any", .what = action::perform, .on = std::move(what)};
}

ledger_command to_undo(const std::string& key, effect what) {
  return {.idempotency_key = key, .participant = "any", .what = action::undo, .on = std::move(what)};
}

ledger_command to_probe(const std::string& key, effect what) {
  return {.idempotency_key = key, .participant = "any", .what = action::probe, .on = std::move(what)};
}

charge charge_of(checkout::money amount, const std::string& customer) {
  return {.customer = customer_id{customer}, .amount = amount};
}

node_options shop::usual() {
  node_options options;
  options.allow_faults = true;
  options.started_at = moment{milliseconds{1'793'166'480'000}};
  return options;
}

shop::shop(std::unique_ptr<store_under_test> place, node_options options) : place_(std::move(place)) {
  reopen(std::move(options));
  office_ = must(place_->open_back_office());
  must(office_->set_price(sku{"token"}, 50));
  must(office_->add_stock(sku{"token"}, 100));
  must(node_->changed_by_others());
}

void shop::crash() {
  node_.reset();
  place_->notice_the_dead();
}

void shop::reopen(node_options options) {
  crash();
  node_ = must(place_->open_node(options));
}

bool shop::hears_of_others() {
  const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (std::chrono::steady_clock::now() < give_up_at) {
    if (must(node().changed_by_others()))
      return true;
    std::this_thread::yield();
  }
  return false;
}

acceptance shop::submit(const checkout::submission& s) { return submit_together({s}).front(); }

std::vector<acceptance> shop::submit_together(const std::vector<checkout::submission>& submissions) {
  batch work;
  work.submissions = submissions;
  auto result = must(node().commit(work, now));
  REQUIRE(result.acceptances.size() == submissions.size());
  return std::move(result.acceptances);
}

acceptance shop::submit_at_office(const checkout::submission& s) { return must(office().submit({s}, now)).front(); }

ledger_answer shop::answer(const ledger_command& asked) {
  batch work;
  work.commands.push_back(asked);
  auto result = must(node().commit(work, now));
  REQUIRE(result.answers.size() == 1);
  return std::move(result.answers.front());
}

void shop::record(saga_update u) {
  batch work;
  work.updates.push_back(std::move(u));
  must(node().commit(work, now));
}

std::vector<std::string> shop::claim(std::size_t count_max, moment due) {
  std::vector<std::string> ids;
  for (const stored_saga& s : must(node().claim(count_max, due)))
    ids.push_back(s.now.id.value);
  return ids;
}

saga shop::standing(const std::string& order) {
  auto found = must(node().load(saga_id{order}));
  REQUIRE(found.has_value());
  return std::move(found->now);
}

order_view shop::view(const std::string& order) {
  auto found = must(office().find_order(order_id{order}));
  REQUIRE(found.has_value());
  return std::move(*found);
}

std::vector<std::string> shop::history(const std::string& order) {
  std::vector<std::string> types;
  for (fact& f : must(office().history(order_id{order}, 0)))
    types.push_back(std::move(f.type));
  return types;
}

checkout::money shop::balance(const std::string& customer) {
  return must(office().find_wallet(customer_id{customer})).balance;
}

stock_level shop::stock(const std::string& item) {
  const auto all = must(office().stock());
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& s) { return s.item.value == item; });
  return found == all.end() ? stock_level{.item = sku{item}} : *found;
}

std::vector<std::string> shop::findings(std::optional<int> promise) {
  std::vector<std::string> lines;
  for (const audit_finding& f : audit().findings)
    if (f.promise == promise.value_or(f.promise))
      lines.push_back(std::to_string(f.promise) + ": " + f.check + ": " + f.subject);
  return lines;
}

void shop::drive_to_end(const std::string& order, const std::set<std::string>& played_elsewhere) {
  const definition& def = checkout::checkout_saga;
  auto stored = must(node().load(saga_id{order}));
  REQUIRE(stored.has_value());
  event next;
  while (!has_ended(stored->now)) {
    next.at = now;
    transition t = advance(def, std::move(stored->now), next);
    REQUIRE(t.what == verdict::moved);
    stored->now = std::move(t.after);
    record({.after = stored->now, .facts = std::move(t.facts)});
    if (!t.sends)
      continue;
    const command asked = command_for(def, stored->now, stored->input, {});
    ledger_answer said{.outcome = reply_outcome::succeeded, .code = {}, .detail = {}, .result = {}};
    if (!played_elsewhere.contains(asked.participant))
      said = answer({.idempotency_key = asked.idempotency_key,
                     .participant = asked.participant,
                     .what = asked.what,
                     .on = understood(asked)});
    next.what = event::kind::replied;
    next.answer = {.saga = asked.saga,
                   .step = asked.step,
                   .what = asked.what,
                   .attempt = asked.attempt,
                   .outcome = said.outcome,
                   .code = std::move(said.code),
                   .detail = std::move(said.detail),
                   .result = std::move(said.result)};
  }
}

} // namespace sagad::tests
