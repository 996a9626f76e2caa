#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "adapters/rabbitmq/backoff.hpp"
#include "adapters/rabbitmq/connection.hpp"
#include "adapters/rabbitmq/topology.hpp"
#include "adapters/rabbitmq/wakeup.hpp"

namespace sagad::rabbitmq {

/// What is done over a connection. All is called by the link's thread; a failure ends the connection.
class duty {
public:
  virtual ~duty() = default;

  /// The connection is new; the topology is there.
  virtual result<void> begin(connection& on) = 0;
  /// Sends what there is to send, or a part of it; true when there is more.
  virtual result<bool> send(connection& on) = 0;
  virtual result<void> receive(connection& on, const amqp_frame_t& frame) = 0;
  /// All frames were received that are there for now.
  virtual void received() = 0;
  virtual void lost() = 0;
};

/// A thread and its connection, made anew after each failure: at the next host, and when all were tried, after a
/// pause. A turn of its loop sends, receives, and waits for the socket or for `wake`.
class link {
public:
  /// Told whenever it becomes connected (with an empty text) or fails, by the link's thread.
  using report = std::function<void(const std::string& problem)>;

  link(std::string name, std::vector<endpoint> hosts, topology needs, duty& work, report tell);
  link(const link&) = delete;
  link& operator=(const link&) = delete;
  /// Ends the thread at once.
  ~link();

  /// Connects and declares, at the first host that works. Blocks. Not connected is not fatal to anything: the
  /// caller may give up, or `run` all the same.
  result<void> connect();
  /// Starts the thread.
  void run();
  /// Something is to be sent.
  void wake() { wakeup_.ring(); }
  /// Sends what there is to send and says goodbye, within `patience`; then nothing is called any more.
  void stop(std::chrono::milliseconds patience);

private:
  enum class state : std::uint8_t { running, leaving, stopped };

  void loop();
  result<connection> open_next();
  result<void> serve(connection& on);
  result<bool> turn(connection& on);
  void wait_for_work(const connection& on);
  void tell(const failure& f);
  void pause(std::chrono::milliseconds time);
  void expose_socket(int socket);

  const std::string name_;
  const std::vector<endpoint> hosts_;
  const topology needs_;
  duty& duty_;
  const report report_;
  wakeup wakeup_;
  backoff backoff_;
  std::size_t next_host_ = 0;
  std::size_t failed_hosts_ = 0;
  std::optional<connection> first_;
  std::atomic<state> state_ = state::running;
  /// Guards `socket_`: whoever stops the link shuts it down, to end a call that blocks.
  std::mutex socket_lock_;
  int socket_ = -1;
  std::mutex ended_lock_;
  std::condition_variable ended_;
  bool has_ended_ = false;
  std::thread thread_;
};

} // namespace sagad::rabbitmq
