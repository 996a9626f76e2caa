#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "workflows/faults.hpp"
#include "workflows/ids.hpp"
#include "workflows/moment.hpp"

namespace sagad {

using nlohmann::json;

/// What a participant is asked: to make the step's effect true ("do"), to make it untrue ("undo"), or to tell
/// what it remembers ("probe").
enum class action : std::uint8_t { perform, undo, probe };

/// `do`, `undo`, `probe`: the words on the wire and in the store.
std::string_view to_string(action a);
std::optional<action> action_from(std::string_view text);

/// A question to a participant. Only data: somebody else sends it.
struct command {
  saga_id saga;
  order_id order;
  std::string participant;
  std::string step;
  action what = action::perform;
  /// Names the effect: the same for the do, the undo and the probe of one step of one saga, always.
  std::string idempotency_key;
  int attempt = 1;
  /// After this nobody waits for the answer.
  moment deadline{};
  json payload;
  /// An instruction to fail; only where the node allows it.
  std::optional<fault> injected;
};

enum class reply_outcome : std::uint8_t {
  succeeded,
  /// Final, and remembered by the participant: asking again gets the same answer.
  refused,
  /// Nothing is known for certain: it may or may not have happened.
  failed,
  /// To a probe: no such effect is known here (yet).
  not_found,
  /// No participant says so: the command reached nobody, and this attempt did nothing. Stays within a process.
  undelivered
};

/// `succeeded`, `refused`, `failed`, `not-found`, `undelivered`.
std::string_view to_string(reply_outcome o);
/// Of what a participant may say.
std::optional<reply_outcome> reply_outcome_from(std::string_view text);

/// What a participant answered to one attempt.
struct reply {
  saga_id saga;
  std::string step;
  action what = action::perform;
  int attempt = 1;
  reply_outcome outcome = reply_outcome::failed;
  std::string code;
  std::string detail;
  json result;
};

/// Deterministic: the same effect has the same key after any restart, on any node.
inline std::string idempotency_key(const saga_id& saga, std::string_view step) {
  return saga.value + '/' + std::string{step};
}

/// Codes that the engine and its participants use beside the participants' own.
namespace codes {
inline constexpr std::string_view timeout = "TIMEOUT";
inline constexpr std::string_view unknown = "UNKNOWN";
inline constexpr std::string_view cancelled = "CANCELLED";
inline constexpr std::string_view success = "SUCCESS";
/// The participant's handler died while it worked on the command.
inline constexpr std::string_view handler_died = "HANDLER_DIED";
/// A do that came after its undo: it is blocked for ever.
inline constexpr std::string_view undone = "UNDONE";
/// An undo that came after the pivot had happened: there is no way back.
inline constexpr std::string_view past_pivot = "PAST_PIVOT";
/// The participant cannot read what it was sent.
inline constexpr std::string_view bad_payload = "BAD_PAYLOAD";
inline constexpr std::string_view store_unavailable = "STORE_UNAVAILABLE";
/// Why a command reached nobody: nobody consumes the participant's queue, it is full, or the broker is away.
inline constexpr std::string_view participant_away = "PARTICIPANT_AWAY";
inline constexpr std::string_view queue_full = "QUEUE_FULL";
inline constexpr std::string_view broker_away = "BROKER_AWAY";
/// Or an operator holds the participant, or its circuit is open.
inline constexpr std::string_view participant_held = "PARTICIPANT_HELD";
inline constexpr std::string_view circuit_open = "CIRCUIT_OPEN";
} // namespace codes

} // namespace sagad
