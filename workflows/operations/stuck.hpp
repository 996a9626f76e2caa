#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/operations/cause.hpp"

namespace sagad::operations {

struct stuck_options {
  /// An order that is not held is stuck when it has been in trouble with the same question for so long.
  milliseconds longer_than{std::chrono::minutes{1}};
  /// The trend compares what got stuck in the last of these with what got stuck in the one before.
  milliseconds trend_window{std::chrono::minutes{10}};
};

/// Where a group goes.
enum class trend : std::uint8_t { easing, steady, rising };
/// `easing`, `steady`, `rising`.
std::string_view to_string(trend t);

/// Orders that are stuck for the same cause.
struct stuck_group {
  /// `key_of(why)`.
  std::string key;
  cause why;
  std::size_t count = 0;
  /// Of these, waiting for a person; the others still try.
  std::size_t held = 0;
  /// Why those are held, by the first of them; none when none is.
  std::optional<hold_cause> held_because{};
  checkout::money charged = 0;
  checkout::money in_doubt = 0;
  /// When the first and the last of them got into it.
  moment oldest{};
  moment newest{};
  /// How many of those that are stuck *now* got stuck in the last `trend_window`, and how many in the one before. Those
  /// that got out meanwhile have left no trace in the sagas, so a group that empties as fast as it fills looks rising.
  std::size_t lately = 0;
  std::size_t before = 0;
  /// The oldest ones, to look at.
  std::vector<order_id> examples;

  checkout::money at_stake() const;
  trend goes() const;
};
inline constexpr std::size_t examples_max = 3;

/// Since when an order has been stuck; none when it is not: it is well, it has ended, or it is not in trouble long
/// enough. What an operator put on hold is stuck since then, everything else since its trouble with this question
/// began.
std::optional<moment> stuck_since(const saga& s, moment now, const stuck_options& options = {});

/// The stuck ones of `orders`, grouped; what matters most first: the money at stake, then the count, then the age.
/// Looks at each order once; 100,000 take a tenth of a second.
std::vector<stuck_group> stuck(std::span<const order_view> orders, const saga_catalog& definitions, moment now,
                               const stuck_options& options = {});

} // namespace sagad::operations
