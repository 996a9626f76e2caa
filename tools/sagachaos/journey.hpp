#pragma once

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/sagachaos/schedule.hpp"
#include "workflows/ports/clock.hpp"

namespace sagad::chaos {

/// What the harness holds a run to; `name_of` is what a certificate calls it.
enum class promise : std::uint8_t {
  accepted_is_durable,
  effects_happen_once,
  nothing_is_assumed,
  every_order_ends,
  money_and_stock_are_conserved,
  one_writer,
  facts_are_true,
  outcome_is_allowed
};
inline constexpr std::size_t promises = 8;

/// `1 accepted means durable`, ...
std::string_view name_of(promise p);

struct broken_promise {
  promise what = promise::accepted_is_durable;
  std::string detail;

  friend bool operator==(const broken_promise&, const broken_promise&) = default;
};

/// One line of what happened in a run.
struct step_line {
  /// Since the run began.
  milliseconds at{0};
  /// `commit`, `command`, `answer`, `event`, `FAULT`, `node`, `order`, `BROKEN`.
  std::string_view what;
  std::string text;
};

/// What one run goes through: says what befalls each point, and keeps what was seen. Texts are made only when
/// somebody wants to read them.
class journey {
public:
  using text_fn = std::function<std::string()>;

  journey(std::span<const planned_fault> faults, bool told) : faults_(faults), told_(told) {}

  void starts(clock_fn clock);

  /// The next point of its kind is reached: what befalls it, if anything.
  std::optional<harm> reach(place where, const text_fn& text);
  void tell(std::string_view what, const text_fn& text);
  void break_promise(promise what, std::string detail);

  /// All points that were reached, in order.
  const std::vector<point>& points() const { return points_; }
  const std::vector<broken_promise>& broken() const { return broken_; }
  const std::vector<step_line>& lines() const { return lines_; }
  bool is_told() const { return told_; }
  milliseconds so_far() const { return clock_ ? clock_() - began_ : milliseconds{0}; }

private:
  std::span<const planned_fault> faults_;
  bool told_;
  clock_fn clock_;
  moment began_{};
  std::array<int, places> reached_{};
  std::vector<point> points_;
  std::vector<broken_promise> broken_;
  std::vector<step_line> lines_;
};

} // namespace sagad::chaos
