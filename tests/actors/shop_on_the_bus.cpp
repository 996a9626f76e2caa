#include "tests/actors/shop_on_the_bus.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <catch2/catch.hpp>

#include "workflows/wire/queue_names.hpp"

namespace sagad::tests {

namespace {

const std::string answers_queue = "test.answers";
const std::string events_queue = "test.events";

shop_settings with(shop_settings settings, std::vector<node_role> cluster) {
  settings.cluster = std::move(cluster);
  return settings;
}

} // namespace

shop_on_the_bus::shop_on_the_bus(shop_settings settings, std::vector<node_role> cluster)
    : shop_(with(std::move(settings), std::move(cluster))) {
  broker().declare(answers_queue);
  broker().declare(events_queue, "#");
}

void shop_on_the_bus::send(const std::string& body, const letter& how) {
  outgoing_message m{.exchange = {}, .routing_key = std::string{wire::orders_queue}, .body = body};
  m.message_id = how.message_id;
  m.correlation_id = "c-" + std::to_string(++sent_);
  if (how.answered)
    m.reply_to = answers_queue;
  if (!how.traceparent.empty())
    m.headers.emplace_back("traceparent", how.traceparent);
  REQUIRE(broker().put(std::move(m)) == publish_fate::confirmed);
}

const std::vector<std::pair<std::string, json>>& shop_on_the_bus::answers() {
  for (const incoming_message& m : broker().take(answers_queue))
    answers_.emplace_back(m.correlation_id, json::parse(m.body));
  return answers_;
}

json shop_on_the_bus::answer_to(int sent) {
  std::vector<json> found;
  for (const auto& [correlation, answer] : answers())
    if (correlation == "c-" + std::to_string(sent))
      found.push_back(answer);
  REQUIRE(found.size() == 1);
  return found.front();
}

const std::vector<incoming_message>& shop_on_the_bus::dead_letters() {
  auto more = broker().take(std::string{wire::dead_letters_queue});
  std::move(more.begin(), more.end(), std::back_inserter(dead_letters_));
  return dead_letters_;
}

const std::vector<json>& shop_on_the_bus::events() {
  for (const incoming_message& m : broker().take(events_queue))
    events_.push_back(json::parse(m.body));
  return events_;
}

std::map<std::string, std::vector<std::uint64_t>> shop_on_the_bus::first_seen() {
  std::map<std::string, std::vector<std::uint64_t>> seen;
  for (const json& each : events()) {
    auto& sequences = seen[each.at("subject")];
    const auto sequence = each.at("sequence").get<std::uint64_t>();
    if (std::find(sequences.begin(), sequences.end(), sequence) == sequences.end())
      sequences.push_back(sequence);
  }
  return seen;
}

std::vector<std::uint64_t> shop_on_the_bus::facts_of(const std::string& order) {
  std::vector<std::uint64_t> sequences;
  const auto facts = shop_.office().history(order_id{order}, 0);
  REQUIRE(facts);
  for (const fact& each : *facts)
    sequences.push_back(each.sequence);
  return sequences;
}

std::vector<std::string> shop_on_the_bus::wrongly_told(const std::vector<std::string>& orders) {
  auto seen = first_seen();
  std::vector<std::string> wrong;
  for (const std::string& each : orders)
    if (seen[each] != facts_of(each))
      wrong.push_back(each);
  return wrong;
}

} // namespace sagad::tests
