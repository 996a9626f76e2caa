#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace sagad::tests {

/// A stretch of network that a test can break: what connects to `port()` on loopback is connected to another port
/// there. Its calls return when they have taken effect.
class tcp_gate {
public:
  explicit tcp_gate(std::uint16_t to);
  tcp_gate(const tcp_gate&) = delete;
  tcp_gate& operator=(const tcp_gate&) = delete;
  ~tcp_gate();

  std::uint16_t port() const { return port_; }
  /// Breaks all connections; new ones break at once.
  void cut() { change(mode::cut); }
  /// Nothing passes, nobody is told.
  void freeze() { change(mode::frozen); }
  void mend() { change(mode::open); }

private:
  enum class mode : std::uint8_t { open, frozen, cut, gone };
  /// What one side said and the other has not taken yet.
  struct direction {
    int from = -1;
    int to = -1;
    std::string pending{};
  };
  struct passage {
    direction there, back;
    bool broken = false;
  };

  void change(mode wanted);
  void loop();
  mode obey();
  void admit();
  static bool forward(direction& d, short from_events, short to_events);

  std::uint16_t to_port_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  int wakeup_ = -1;
  std::mutex lock_;
  std::condition_variable obeyed_;
  mode wanted_ = mode::open;
  mode is_ = mode::open;
  std::list<passage> passages_;
  std::thread thread_;
};

} // namespace sagad::tests
