#include "actors/bus_outbox.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "workflows/wire/queue_names.hpp"
#include "workflows/wire/trace_context.hpp"

namespace sagad::actors {

void bus_outbox::post(consequence c) {
  waiting_.push_back(std::move(c));
  push();
}

void bus_outbox::bury(const incoming_message& m, const std::string& source, const std::string& reason) {
  spdlog::warn("a message from {} goes to the dead letters, with its {} bytes: {}", source, m.body.size(), reason);
  outgoing_message letter{
      .exchange = std::string{wire::dead_letter_exchange},
      .routing_key = std::string{wire::dead_letters_queue},
      .body = m.body,
      .content_type = m.content_type,
      .message_id = m.message_id,
      .correlation_id = m.correlation_id,
      .reply_to = {},
      .headers = {{std::string{wire::reason_header}, reason}, {std::string{wire::source_header}, source}},
      .mandatory = true};
  if (auto trace = header_of(m, traceparent_header); wire::is_traceparent(trace))
    letter.headers.emplace_back(traceparent_header, std::move(trace));
  post({.what = std::move(letter), .receipt = m.receipt, .must_arrive = true});
}

void bus_outbox::push() {
  while (!waiting_.empty()) {
    const std::uint64_t token = next_token_;
    if (!to_.bus->publish(waiting_.front().what, token))
      return; // full: some will be settled
    ++next_token_;
    unsettled_.emplace(token, std::move(waiting_.front()));
    waiting_.pop_front();
  }
}

void bus_outbox::on_settled(const settled_messages& told, instant now) {
  for (const settled_message& each : told.settled) {
    auto found = unsettled_.extract(each.token);
    if (found.empty())
      continue;
    consequence& c = found.mapped();
    const bool again = each.fate != publish_fate::confirmed && (c.must_arrive || --c.tries_left > 0);
    if (again) {
      refused_.push_back(std::move(c));
      try_again_at_ = now + pause_;
    } else if (c.receipt)
      to_.bus->acknowledge(*c.receipt);
  }
  push();
}

void bus_outbox::look(instant now) {
  if (now >= try_again_at_)
    for (consequence& each : std::exchange(refused_, {}))
      waiting_.push_back(std::move(each));
  push();
}

std::string header_of(const incoming_message& m, std::string_view name) {
  for (const auto& [key, value] : m.headers)
    if (key == name)
      return value;
  return {};
}

} // namespace sagad::actors
