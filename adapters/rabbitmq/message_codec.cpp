#include "adapters/rabbitmq/message_codec.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "adapters/rabbitmq/connection.hpp"

namespace sagad::rabbitmq {

namespace {

constexpr std::size_t name_size_max = 255;
constexpr std::size_t headers_size_max = 65'536;
constexpr std::uint8_t persistent = 2;

std::span<const amqp_table_entry_t> entries_of(const amqp_basic_properties_t& p) {
  if ((p._flags & AMQP_BASIC_HEADERS_FLAG) == 0 || p.headers.num_entries <= 0)
    return {};
  return {p.headers.entries, static_cast<std::size_t>(p.headers.num_entries)};
}

std::optional<std::string> to_text(const amqp_field_value_t& value) {
  switch (value.kind) {
  case AMQP_FIELD_KIND_UTF8:
  case AMQP_FIELD_KIND_BYTES:
    return to_string(value.value.bytes);
  case AMQP_FIELD_KIND_BOOLEAN:
    return value.value.boolean != 0 ? "true" : "false";
  case AMQP_FIELD_KIND_I8:
    return std::to_string(value.value.i8);
  case AMQP_FIELD_KIND_U8:
    return std::to_string(value.value.u8);
  case AMQP_FIELD_KIND_I16:
    return std::to_string(value.value.i16);
  case AMQP_FIELD_KIND_U16:
    return std::to_string(value.value.u16);
  case AMQP_FIELD_KIND_I32:
    return std::to_string(value.value.i32);
  case AMQP_FIELD_KIND_U32:
    return std::to_string(value.value.u32);
  case AMQP_FIELD_KIND_I64:
    return std::to_string(value.value.i64);
  case AMQP_FIELD_KIND_U64:
  case AMQP_FIELD_KIND_TIMESTAMP:
    return std::to_string(value.value.u64);
  default:
    return std::nullopt;
  }
}

} // namespace

bool fits(const outgoing_message& m) {
  const std::array names{&m.exchange, &m.routing_key, &m.content_type, &m.message_id, &m.correlation_id, &m.reply_to};
  if (std::any_of(names.begin(), names.end(), [](const auto* name) { return name->size() > name_size_max; }))
    return false;
  std::size_t size = 0;
  for (const auto& [name, value] : m.headers) {
    if (name.size() > name_size_max)
      return false;
    size += name.size() + value.size();
  }
  return size <= headers_size_max;
}

encoded_properties::encoded_properties(const outgoing_message& m, std::uint64_t publish_number) {
  const auto set = [this](const std::string& text, amqp_flags_t flag, amqp_bytes_t& into) {
    if (text.empty())
      return;
    properties_._flags |= flag;
    into = to_bytes(text);
  };
  set(m.content_type, AMQP_BASIC_CONTENT_TYPE_FLAG, properties_.content_type);
  set(m.message_id, AMQP_BASIC_MESSAGE_ID_FLAG, properties_.message_id);
  set(m.correlation_id, AMQP_BASIC_CORRELATION_ID_FLAG, properties_.correlation_id);
  set(m.reply_to, AMQP_BASIC_REPLY_TO_FLAG, properties_.reply_to);
  properties_._flags |= AMQP_BASIC_DELIVERY_MODE_FLAG;
  properties_.delivery_mode = persistent;

  for (const auto& [name, value] : m.headers) {
    auto& entry = entries_.emplace_back();
    entry.key = to_bytes(name);
    entry.value.kind = AMQP_FIELD_KIND_UTF8;
    entry.value.value.bytes = to_bytes(value);
  }
  if (m.mandatory) {
    auto& entry = entries_.emplace_back();
    entry.key = to_bytes(publish_number_header);
    entry.value.kind = AMQP_FIELD_KIND_I64;
    entry.value.value.i64 = static_cast<std::int64_t>(publish_number);
  }
  if (entries_.empty())
    return;
  properties_._flags |= AMQP_BASIC_HEADERS_FLAG;
  properties_.headers = {.num_entries = static_cast<int>(entries_.size()), .entries = entries_.data()};
}

void decode(const amqp_basic_properties_t& from, incoming_message& into) {
  const auto get = [&](amqp_flags_t flag, amqp_bytes_t bytes) {
    return (from._flags & flag) != 0 ? to_string(bytes) : std::string{};
  };
  into.content_type = get(AMQP_BASIC_CONTENT_TYPE_FLAG, from.content_type);
  into.message_id = get(AMQP_BASIC_MESSAGE_ID_FLAG, from.message_id);
  into.correlation_id = get(AMQP_BASIC_CORRELATION_ID_FLAG, from.correlation_id);
  into.reply_to = get(AMQP_BASIC_REPLY_TO_FLAG, from.reply_to);
  for (const auto& entry : entries_of(from)) {
    auto name = to_string(entry.key);
    if (name == publish_number_header)
      continue;
    if (auto text = to_text(entry.value))
      into.headers.emplace_back(std::move(name), std::move(*text));
  }
}

std::optional<std::uint64_t> publish_number(const amqp_basic_properties_t& from) {
  for (const auto& entry : entries_of(from))
    if (to_string(entry.key) == publish_number_header && entry.value.kind == AMQP_FIELD_KIND_I64)
      return static_cast<std::uint64_t>(entry.value.value.i64);
  return std::nullopt;
}

} // namespace sagad::rabbitmq
