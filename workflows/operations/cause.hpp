#pragma once

#include <compare>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "workflows/ports/back_office.hpp"
#include "workflows/saga_catalog.hpp"

namespace sagad::operations {

/// Why an order does not progress, in words that are the same for all orders that wait for the same thing.
struct cause {
  /// As asked: a step's name, or its undo's.
  std::string step;
  /// Whom it asks; empty where the definition is unknown.
  std::string participant;
  /// The participant's, the engine's (`TIMEOUT`, `PARTICIPANT_AWAY`, ...), or one of those below.
  std::string code;
  /// `normalised` words of the participant, or of the person who holds the order.
  std::string detail;

  friend auto operator<=>(const cause&, const cause&) = default; // NOLINT(modernize-use-nullptr): clang-tidy 14 errs
};

/// The code of what an operator holds, and of what no node knows how to drive.
inline constexpr std::string_view held_by_operator = "HELD_BY_OPERATOR";
inline constexpr std::string_view unknown_definition = "UNKNOWN_DEFINITION";

/// The cause of an order's trouble; its `code` is empty when the order is in none (and not held).
cause cause_of(const order_view& order, const saga_catalog& definitions);

/// The name of the question that an order asks; the step's own where its definition is unknown.
std::string_view step_as_asked(const saga& s, const saga_catalog& definitions);

/// `detail` without what tells one order from another: every word with a digit in it (a number, an id, a time) and
/// every longer word of hexadecimal digits becomes `#`, several in a row one. White space is made even; at most
/// `detail_length_max` bytes are kept. `also` are names to be taken for ids whatever they look like.
std::string normalised(std::string_view detail, std::initializer_list<std::string_view> also = {});
inline constexpr std::size_t detail_length_max = 160;

/// Ten characters that stand for a cause, the same in every program and for ever: operators' notes hang on it.
/// (FNV-1a, 64 bits, of which 40 are kept: among a thousand causes two are alike once in two million cases.)
std::string key_of(const cause& c);

} // namespace sagad::operations
