#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "workflows/json_text.hpp"
#include "workflows/operations/repair.hpp"
#include "workflows/ports/dead_letters.hpp"
#include "workflows/ports/failure.hpp"
#include "workflows/ports/operators_log.hpp"
#include "workflows/ports/participant_rules.hpp"
#include "workflows/ports/repair_rules.hpp"

/// What stands in the rows of the operators' desks in a SQL store, and what is written there. A `Row` as in
/// stored_rows.hpp; what means nothing is thrown as a `failure`: the store is corrupt.
namespace sagad {

template <class T>
T meaning_of(std::optional<T> found, const std::string& what, const std::string& text) {
  if (!found)
    throw failure{store_error::kind::corrupt, "the store holds " + what + " '" + text + "', which means nothing"};
  return *std::move(found);
}

/// Where the columns of an operation's wish begin that `wish_in` reads: action, who, why, value.
template <class Row>
operations::repair_request wish_in(const Row& r, int first) {
  operations::repair_request wanted;
  wanted.what = meaning_of(operations::operator_action_from(r.view(first)), "the action", r.text(first));
  wanted.who = r.text(first + 1);
  wanted.why = r.text(first + 2);
  wanted.value = json::parse(r.view(first + 3), nullptr, false);
  if (wanted.value.is_discarded())
    throw failure{store_error::kind::corrupt, "an operation's value is no JSON"};
  return wanted;
}

/// The value of a wish, as it is kept.
inline std::string value_text(const json& value) {
  std::string text;
  append_json(text, value);
  return text;
}

/// What an operation's abort rule is kept as; none without one.
inline std::optional<std::string> abort_text(const operations::pace_settings& pace) {
  return pace.abort_if ? std::optional{to_string(*pace.abort_if)} : std::nullopt;
}

inline std::optional<operations::abort_rule> abort_rule_from(const std::string& text) {
  const auto read = operations::parse_abort_rule(text);
  return read ? std::optional{*read} : std::nullopt;
}

/// The columns of an operation without its counts, as `operation_in` reads them.
inline constexpr std::string_view operation_columns =
    "o.number, o.action, o.who, o.why, o.value, o.per_second, o.canary, o.abort_if, o.planned_at, o.stopped_at, "
    "o.stopped_by, o.stopped_because";
template <class Row>
operation operation_in(const Row& r) {
  operation o;
  o.id = operation_id(r.integer(0));
  o.asked.wanted = wish_in(r, 1);
  if (!r.is_null(5))
    o.asked.pace.per_second = r.count(5);
  o.asked.pace.canary = r.count(6);
  if (!r.is_null(7))
    o.asked.pace.abort_if = meaning_of(abort_rule_from(r.text(7)), "the abort rule", r.text(7));
  o.planned_at = r.time(8);
  o.stopped_at = r.maybe_time(9);
  o.stopped_by = r.text(10);
  o.stopped_because = r.text(11);
  return o;
}

/// state, result: null while the repair is not applied.
template <class Row>
repair_state repair_state_in(const Row& r, int column) {
  return meaning_of(repair_state_from(r.view(column)), "the repair's state", r.text(column));
}
template <class Row>
repair_result repair_result_in(const Row& r, int column) {
  if (r.is_null(column))
    return repair_result::pending;
  return meaning_of(repair_result_from(r.view(column)), "the repair's result", r.text(column));
}

/// From column `first` on: state, result, how many.
template <class Row>
void add_counted(repair_counts& to, const Row& r, int first) {
  add(to, repair_state_in(r, first), repair_result_in(r, first + 1), r.count(first + 2));
}

/// saga, planned sequence, state, result, because, at.
template <class Row>
repair repair_in(const Row& r) {
  return {.order = order_id{r.text(0)},
          .saga = saga_id{r.text(0)},
          .planned_sequence = r.count(1),
          .state = repair_state_in(r, 2),
          .result = repair_result_in(r, 3),
          .because = r.text(4),
          .at = r.time(5)};
}

/// What became of an applied repair, seen when its saga stood at `sequence`.
struct seen_repair {
  std::int64_t position = 0;
  std::uint64_t sequence = 0;
  operations::repair_verdict verdict;
};
inline seen_repair look_at(operations::operator_action what, std::int64_t position, const saga& now) {
  return {.position = position, .sequence = now.sequence, .verdict = operations::result_of(what, now)};
}

/// participant, forced, who, why, since.
template <class Row>
participant_rule rule_in(const Row& r) {
  return {.on = r.text(0),
          .forced = meaning_of(operations::circuit_override_from(r.view(1)), "the rule", r.text(1)),
          .who = r.text(2),
          .why = r.text(3),
          .since = r.time(4)};
}

/// number, at, who, verb, subject, why, detail.
template <class Row>
log_entry log_entry_in(const Row& r) {
  return {.number = r.count(0),
          .at = r.time(1),
          .who = r.text(2),
          .verb = r.text(3),
          .subject = r.text(4),
          .why = r.text(5),
          .detail = r.text(6)};
}

/// cause, text, who, at.
template <class Row>
group_note note_in(const Row& r) {
  return {.group = r.text(0), .text = r.text(1), .who = r.text(2), .at = r.time(3)};
}

/// number, source, reason, body (read by the adapter: each has its own way with bytes), at, discarded at, discarded by,
/// requeued at, requeue result.
template <class Row>
kept_letter letter_in(const Row& r, std::string body) {
  return {.number = r.count(0),
          .letter = {.source = r.text(1), .reason = r.text(2), .body = std::move(body), .at = r.time(4)},
          .discarded_at = r.maybe_time(5),
          .discarded_by = r.text(6),
          .requeued_at = r.maybe_time(7),
          .requeue_result = r.text(8)};
}

} // namespace sagad
