#include "tools/sagachaos/journey.hpp"

#include <algorithm>
#include <utility>

namespace sagad::chaos {

namespace {
/// A run that breaks one promise often breaks it again and again.
constexpr std::size_t broken_kept_max = 20;
} // namespace

std::string_view name_of(promise p) {
  switch (p) {
  case promise::accepted_is_durable:
    return "1 accepted means durable";
  case promise::effects_happen_once:
    return "2 each effect happens once";
  case promise::nothing_is_assumed:
    return "3 nothing is assumed: no effect outlives its order, none comes after its tombstone";
  case promise::every_order_ends:
    return "4 every accepted order ends";
  case promise::money_and_stock_are_conserved:
    return "5 money and stock are conserved in every committed state";
  case promise::one_writer:
    return "6 one writer: who lost its lease commits nothing";
  case promise::facts_are_true:
    return "facts out: exactly what the store holds, in order, none before its commit";
  case promise::outcome_is_allowed:
    return "the outcome is one that the scenario allows";
  }
  return "unknown";
}

void journey::starts(clock_fn clock) {
  clock_ = std::move(clock);
  began_ = clock_();
}

std::optional<harm> journey::reach(place where, const text_fn& text) {
  const point here{.where = where, .number = ++reached_[static_cast<std::size_t>(where)]};
  points_.push_back(here);
  tell(to_string(where), [&] { return '#' + std::to_string(here.number) + ' ' + text(); });
  const auto hit = std::find_if(faults_.begin(), faults_.end(), [&](const planned_fault& f) { return f.at == here; });
  if (hit == faults_.end())
    return std::nullopt;
  tell("FAULT", [&] { return to_string(*hit); });
  return hit->what;
}

void journey::tell(std::string_view what, const text_fn& text) {
  if (told_)
    lines_.push_back({.at = so_far(), .what = what, .text = text()});
}

void journey::break_promise(promise what, std::string detail) {
  broken_promise b{.what = what, .detail = std::move(detail)};
  if (broken_.size() >= broken_kept_max || std::find(broken_.begin(), broken_.end(), b) != broken_.end())
    return;
  tell("BROKEN", [&] { return std::string{name_of(what)} + ": " + b.detail; });
  broken_.push_back(std::move(b));
}

} // namespace sagad::chaos
