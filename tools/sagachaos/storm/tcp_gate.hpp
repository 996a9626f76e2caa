#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace sagad::chaos::storm {

enum class gate_state : std::uint8_t {
  open,
  cut,    // connections break, new ones break at once
  frozen, // connections stay, nothing passes, nobody is told
  closed_for_good
};

/// What happens to the bytes that pass an open gate.
struct gate_weather {
  /// How much later each byte arrives.
  std::chrono::milliseconds delay{0};
  /// In each direction of each connection; zero: as many as come.
  std::size_t bytes_per_s = 0;
  /// Of what clients are sent, one bit in about so many bytes of each connection is turned; zero: none is.
  std::size_t corrupt_once_in_bytes = 0;
};

/// A stretch of network on loopback that can be made bad: what connects to `port()` is connected to another port. One
/// thread of its own carries all connections; a slow reader slows its writer down, as without the gate. Calls may come
/// from any thread, and return when they have taken effect.
class tcp_gate {
public:
  /// Throws `std::runtime_error` when it cannot listen. `seed` decides where bits turn.
  explicit tcp_gate(std::uint16_t to, std::uint64_t seed = 1);
  tcp_gate(const tcp_gate&) = delete;
  tcp_gate& operator=(const tcp_gate&) = delete;
  ~tcp_gate();

  std::uint16_t port() const { return port_; }

  /// Open, and nothing happens to what passes. What was frozen goes on; a connection that was lied to is broken off,
  /// for its ends may wait for ever for bytes that only a turned length promised.
  void open() { change(gate_state::open, {}); }
  void cut() { change(gate_state::cut, {}); }
  void freeze() { change(gate_state::frozen, {}); }
  void open_with(const gate_weather& weather) { change(gate_state::open, weather); }

  /// Bits turned so far.
  std::size_t bits_turned() const { return bits_turned_; }

private:
  using clock = std::chrono::steady_clock;

  struct chunk {
    clock::time_point due;
    std::string bytes;
  };
  /// From one side of a connection to the other.
  struct direction {
    int from = -1;
    int to = -1;
    std::deque<chunk> waiting{};
    std::size_t waiting_bytes = 0;
    /// When the last byte taken will have left, at the gate's speed.
    clock::time_point busy_until{};
    /// The one side said that no more comes, or is gone; the other takes nothing any more.
    bool read_over = false;
    bool write_over = false;
    bool end_told = false;
  };
  struct passage {
    direction there, back;
    bool was_lied_to = false;
    bool broken = false;
  };

  void change(gate_state state, const gate_weather& weather);
  void loop();
  bool obey();
  void admit();
  void serve(passage& p, short client_events, short server_events);
  void take(passage& p, direction& d);
  void give(direction& d);
  void corrupt(passage& p, std::string& bytes);
  int patience_ms() const;
  static bool wants_to_read(const direction& d);
  bool wants_to_write(const direction& d) const;
  short events_of(const direction& reads, const direction& writes) const;

  std::uint16_t to_port_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  int wakeup_ = -1;
  std::atomic<std::size_t> bits_turned_ = 0;

  std::mutex lock_;
  std::condition_variable obeyed_;
  // Below `lock_`: what is wanted, and how often that changed.
  gate_state wanted_ = gate_state::open;
  gate_weather wanted_weather_{};
  std::uint64_t orders_given_ = 0;
  std::uint64_t orders_obeyed_ = 0;

  // The thread's own.
  gate_state is_ = gate_state::open;
  gate_weather weather_{};
  std::mt19937_64 random_;
  std::list<passage> passages_;
  std::thread thread_;
};

} // namespace sagad::chaos::storm
