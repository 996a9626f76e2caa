#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "workflows/operations/text_error.hpp"
#include "workflows/ports/back_office.hpp"
#include "workflows/saga_catalog.hpp"

namespace sagad::operations {

enum class query_field : std::uint8_t {
  state,       // running, compensating, held, completed, rolled_back
  outcome,     // SUCCESS, TIMEOUT, ...
  step,        // what it asks or asked last: a step's name, or its undo's, which finds only orders that undo it
  participant, // of that step
  code,        // of its trouble; as in `stuck`
  customer,
  group,     // a cause's key, as `stuck` shows it
  older_than // created so long ago
};
/// `state`, `outcome`, `step`, `participant`, `code`, `customer`, `group`, `older-than`.
std::string_view to_string(query_field f);

struct query_term {
  query_field field = query_field::state;
  /// What it must be equal to.
  std::string value{};
  /// For `older_than`.
  milliseconds age{0};
};

/// All of its terms must be true of an order. An empty one is true of every order.
struct query {
  std::vector<query_term> terms;

  bool matches(const order_view& order, const saga_catalog& definitions, moment now) const;

  /// What a store can find by itself: state, outcome, customer, age. Never leaves out an order that matches; what it
  /// lets through must still be asked `matches`. Of two terms for one field a store gets the first.
  order_filter restriction(moment now) const;
};

inline constexpr std::size_t query_length_max = 4'096;
inline constexpr std::size_t query_terms_max = 32;

/// Reads `state=held and step=refund-payment and older-than 5m`: terms joined by `and`; `field=value`, or `older-than`
/// and a duration (`250ms`, `30s`, `5m`, `2h`, `7d`). A value with spaces, or with `"` or `=` in it, stands in double
/// quotes, where `\` makes `"` and `\` plain. A state that does not exist is an error. Bounded; never throws.
tl::expected<query, text_error> parse_query(std::string_view text);

} // namespace sagad::operations
