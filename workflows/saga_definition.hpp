#pragma once

#include <span>
#include <string_view>

#include <nlohmann/json.hpp>

#include "workflows/moment.hpp"
#include "workflows/retry_policy.hpp"

namespace sagad {

using nlohmann::json;

struct saga;

/// Can the step be undone, is it the point of no return, or must it succeed?
enum class step_kind : std::uint8_t { compensable, pivot, retriable };

/// What a step's participant is sent. `input` is what the saga was started with; `so_far` knows the results of
/// earlier steps (`result_of`). Pure.
using payload_fn = json (*)(const json& input, const saga& so_far);

/// The way back from a step. It is sent the same payload and the same key as the step's do.
///
/// On a compensable step it makes the effect untrue, and blocks it if it never arrived. On a pivot it only
/// blocks: a pivot that has happened answers `refused`, and the saga goes forward.
struct compensation {
  std::string_view name;
  milliseconds reply_timeout{0};
  retry_policy retry = up_to(10);
};

struct saga_step {
  std::string_view name;
  step_kind kind = step_kind::compensable;
  std::string_view participant;
  payload_fn request = nullptr;
  compensation undo{};
  milliseconds reply_timeout{0};
  retry_policy retry{};

  constexpr bool has_undo() const { return !undo.name.empty(); }
};

/// A saga as its author wrote it: steps in order, at compile time. Its name and version are persisted and
/// never change meaning; a changed definition gets a new version.
struct definition {
  std::string_view name;
  int version = 0;
  std::span<const saga_step> steps;
  /// The refusal codes that become the saga's outcome word for word; any other becomes `UNKNOWN`.
  std::span<const std::string_view> outcomes{};
};

namespace detail {

constexpr bool is_sound(const retry_policy& p) {
  return p.attempts_max >= 1 && p.backoff_initial >= milliseconds{0} && p.backoff_max >= p.backoff_initial &&
         p.factor >= 1.0 && p.jitter >= 0.0 && p.jitter <= 1.0 && p.total_timeout >= milliseconds{0};
}

constexpr bool is_sound(const saga_step& s) {
  if (s.name.empty() || s.participant.empty() || s.request == nullptr)
    return false;
  if (s.reply_timeout <= milliseconds{0} || !is_sound(s.retry))
    return false;
  if (s.has_undo())
    return s.undo.reply_timeout > milliseconds{0} && is_sound(s.undo.retry) && s.undo.name != s.name;
  return s.kind != step_kind::compensable;
}

constexpr bool has_name(const saga_step& s, std::string_view name) {
  return s.name == name || (s.has_undo() && s.undo.name == name);
}

} // namespace detail

/// True if every step can either be undone or be driven to completion: compensable steps (each with an undo),
/// then at most one pivot, then only retriable steps; every wait bounded; every name used once.
constexpr bool is_well_formed(const definition& saga) {
  bool pivoted = false;
  for (std::size_t i = 0; i < saga.steps.size(); ++i) {
    const saga_step& step = saga.steps[i];
    if (!detail::is_sound(step))
      return false;
    if (step.kind == step_kind::compensable && pivoted)
      return false;
    if (step.kind == step_kind::pivot && pivoted)
      return false;
    if (step.kind == step_kind::retriable && (!pivoted || step.has_undo()))
      return false;
    pivoted = pivoted || step.kind == step_kind::pivot;
    for (std::size_t j = 0; j < i; ++j)
      if (detail::has_name(saga.steps[j], step.name) ||
          (step.has_undo() && detail::has_name(saga.steps[j], step.undo.name)))
        return false;
  }
  return !saga.steps.empty() && !saga.name.empty() && saga.version > 0;
}

} // namespace sagad
