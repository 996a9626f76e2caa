#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <amqp.h>

#include "workflows/ports/message_bus.hpp"

namespace sagad::rabbitmq {

/// On mandatory messages: the number under which they were published, so that one that comes back can be told from
/// the others. It is no concern of those who receive them.
inline constexpr std::string_view publish_number_header = "x-saga-publish-number";

/// False when AMQP cannot carry it: names have at most 255 bytes, and all headers must fit one frame.
bool fits(const outgoing_message& m);

/// What AMQP sends beside the body. Refers to the message, which must outlive it.
class encoded_properties {
public:
  encoded_properties(const outgoing_message& m, std::uint64_t publish_number);
  encoded_properties(const encoded_properties&) = delete;
  encoded_properties& operator=(const encoded_properties&) = delete;

  const amqp_basic_properties_t& get() const { return properties_; }

private:
  std::vector<amqp_table_entry_t> entries_;
  amqp_basic_properties_t properties_{};
};

/// Puts into the message what AMQP sent beside its body. Headers that are no text, number or truth (tables, lists) are
/// left out.
void decode(const amqp_basic_properties_t& from, incoming_message& into);
/// Of a message that came back.
std::optional<std::uint64_t> publish_number(const amqp_basic_properties_t& from);

} // namespace sagad::rabbitmq
