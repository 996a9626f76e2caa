#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "workflows/messages.hpp"
#include "workflows/moment.hpp"

namespace sagad::operations {

/// Does a participant get its commands?
enum class circuit : std::uint8_t {
  closed, // yes
  open,   // no: it does not answer
  probing // one of them, to see whether it answers again
};
/// `closed`, `open`, `probing`.
std::string_view to_string(circuit c);

/// What an operator decided over the breaker's head.
enum class circuit_override : std::uint8_t {
  none,
  forced_open,  // "stop calling payment": nothing gets through, and nothing probes
  forced_closed // everything gets through, whatever becomes of it
};
/// `none`, `forced-open`, `forced-closed`: as persisted.
std::string_view to_string(circuit_override o);
std::optional<circuit_override> circuit_override_from(std::string_view text);

struct circuit_settings {
  /// So many commands in a row without a certain answer open the circuit.
  int silences_max = 10;
  /// The pause before the first probing command; doubled with each one that is not answered.
  milliseconds probe_after_initial{1'000};
  milliseconds probe_after_max{10'000};
};

/// What became of one command that was sent.
struct command_outcome {
  moment sent_at{};
  /// When its answer came, or nobody waited any longer.
  moment at{};
  bool answered = false;
  /// The code of an answer that is none: for people.
  std::string code{};
};

/// Did the participant answer? `failed` says nothing certain. None for what reached nobody: it tells of the way to the
/// participant, and the saga waits by itself.
std::optional<bool> is_answer(reply_outcome o);

/// Where a circuit stands, for people.
struct circuit_view {
  circuit state = circuit::closed;
  circuit_override forced = circuit_override::none;
  /// Of `state`, or of the operator's decision when there is one.
  std::optional<moment> since{};
  std::string why{};
  /// When the next command is let through to see; none while it is closed or forced.
  std::optional<moment> probe_at{};
};

/// Keeps commands from one participant that does not answer, so that its orders wait instead of using up their
/// attempts, and one command at a time finds out whether it is back (Michael Nygard, "Release It!", 2nd edition, 2018:
/// "Circuit Breaker"). It counts outcomes *in a row*: a participant that answers anybody is not down, however slow it
/// is to others; a share over a window would need a window that fits both ten and ten thousand orders a minute.
///
/// A value of one thread; knows no clock. Not persisted, save the operator's decision: after a restart a circuit is
/// closed, and opens again soon enough.
class circuit_breaker {
public:
  explicit circuit_breaker(const circuit_settings& settings = {}) : settings_(settings) {}

  /// May a command leave now? None: yes. Otherwise the code to answer it with as `undelivered`: `CIRCUIT_OPEN` or
  /// `PARTICIPANT_HELD`. Of an open circuit that is due for a probe, the command that asks *is* the probe.
  std::optional<std::string_view> stops(moment now);

  /// Tell what became of each command that left. A command that left before the probe cannot lengthen the pause.
  void heard(const command_outcome& o);

  /// An operator decides; `none` gives the decision back, and the circuit begins anew, closed.
  void force(circuit_override o, moment at, std::string why);

  circuit_view view() const;

private:
  void open(moment at, std::string why);
  void close(moment at);
  milliseconds doubled() const;

  circuit_settings settings_;
  circuit state_ = circuit::closed;
  circuit_override forced_ = circuit_override::none;
  std::optional<moment> since_{};
  std::string why_{};
  std::optional<moment> forced_since_{};
  std::string forced_why_{};
  int silences_ = 0;
  milliseconds pause_{0};
  moment probe_at_{};
  moment probe_left_{};
};

} // namespace sagad::operations
