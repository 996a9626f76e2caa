#include "adapters/rabbitmq/declare.hpp"

#include <utility>

namespace sagad::rabbitmq {

namespace {

amqp_table_entry_t to_entry(const queue_spec::argument& argument) {
  amqp_table_entry_t entry{.key = to_bytes(argument.first), .value = {}};
  if (const auto* number = std::get_if<std::int64_t>(&argument.second)) {
    entry.value.kind = AMQP_FIELD_KIND_I64;
    entry.value.value.i64 = *number;
  } else {
    entry.value.kind = AMQP_FIELD_KIND_UTF8;
    entry.value.value.bytes = to_bytes(std::get<std::string>(argument.second));
  }
  return entry;
}

tl::unexpected<failure> about(const std::string& what, failure f) {
  return tl::unexpected{failure{.why = "the broker's " + what + " cannot be used: " + f.why, .lasting = f.lasting}};
}

result<void> declare_queue(connection& on, amqp_channel_t channel, const queue_spec& queue) {
  std::vector<amqp_table_entry_t> entries;
  for (const auto& argument : queue.arguments)
    entries.push_back(to_entry(argument));
  const amqp_table_t arguments{.num_entries = static_cast<int>(entries.size()), .entries = entries.data()};
  amqp_queue_declare(on.raw(), channel, to_bytes(queue.name), 0, queue.durable, 0, 0, arguments);
  if (auto ok = on.answer(); !ok || queue.exchange.empty())
    return ok;
  amqp_queue_bind(on.raw(), channel, to_bytes(queue.name), to_bytes(queue.exchange), to_bytes(queue.routing_key),
                  amqp_empty_table);
  return on.answer();
}

} // namespace

result<void> declare(connection& on, amqp_channel_t channel, const topology& all) {
  for (const auto& exchange : all.exchanges) {
    amqp_exchange_declare(on.raw(), channel, to_bytes(exchange.name), to_bytes(exchange.type), 0, 1, 0, 0,
                          amqp_empty_table);
    if (auto ok = on.answer(); !ok)
      return about("exchange " + exchange.name, ok.error());
  }
  for (const auto& queue : all.queues)
    if (auto ok = declare_queue(on, channel, queue); !ok)
      return about("queue " + queue.name, ok.error());
  return {};
}

} // namespace sagad::rabbitmq
