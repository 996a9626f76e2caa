#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <amqp.h>
#include <tl/expected.hpp>

#include "adapters/rabbitmq/broker_url.hpp"

namespace sagad::rabbitmq {

/// Why the broker could not do what it was asked. For people; names no secret.
struct failure {
  std::string why;
  /// Trying again soon does not help: somebody has to change something.
  bool lasting = false;
};

template <class T>
using result = tl::expected<T, failure>;

/// A connection that was opened and greeted. Belongs to one thread at a time. After a failure of anything that has
/// to do with it, it is of no use any more; its destruction closes the socket without a word.
class connection {
public:
  /// Blocks, for at most about twice the endpoint's timeout. The broker shows `name` to its operators.
  static result<connection> open(const endpoint& to, const std::string& name);

  amqp_connection_state_t raw() const { return state_.get(); }
  int socket() const;

  /// Reads one frame, if one is there. Also sends and expects heartbeats, so it has to be called as often as those.
  /// The frame is valid until `release`. A frame that ends a channel or the connection is a failure.
  result<bool> read(amqp_frame_t& frame);
  /// The frames that were read are not looked at any more.
  void release() { amqp_maybe_release_buffers(raw()); }
  /// More may be there to read, even when the socket has nothing.
  bool has_more() const { return amqp_frames_enqueued(raw()) != 0 || amqp_data_in_buffer(raw()) != 0; }

  result<void> open_channel(amqp_channel_t channel);
  /// What became of the last call that waited for the broker's answer.
  result<void> answer() const;
  /// What became of a call that only sent something.
  static result<void> sent(int status);
  /// After all that was sent has been dealt with. Blocks for at most `patience`.
  void close(std::chrono::milliseconds patience);

private:
  struct destroy {
    void operator()(amqp_connection_state_t state) const { amqp_destroy_connection(state); }
  };
  using state = std::unique_ptr<std::remove_pointer_t<amqp_connection_state_t>, destroy>;

  explicit connection(state s) : state_(std::move(s)) {}

  state state_;
};

/// While it lives, what is sent waits to leave together: the library sends each part of a message by itself, and each
/// would be a packet that wakes the broker. Nothing that is answered may be asked meanwhile.
class together {
public:
  explicit together(const connection& on);
  ~together();
  together(const together&) = delete;
  together& operator=(const together&) = delete;

private:
  int socket_;
};

/// For the library's functions, which only read. Lives as long as the text.
amqp_bytes_t to_bytes(std::string_view text);
std::string to_string(amqp_bytes_t bytes);

} // namespace sagad::rabbitmq
