#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include "workflows/faults.hpp"
#include "workflows/ids.hpp"
#include "workflows/refusal.hpp"

namespace sagad::checkout {

using nlohmann::json;

/// Minor units (cents).
using money = std::int64_t;
using quantity = std::int64_t;

/// Bounds on what a submission may hold; larger ones are refused.
inline constexpr std::size_t submission_bytes_max = 1'048'576;
inline constexpr std::size_t order_lines_max = 1'000;
inline constexpr std::size_t order_faults_max = 64;
inline constexpr std::int64_t fault_times_max = 1'000'000;
/// Leaves room to add up any number of orders' worth without overflow of 64 bits.
inline constexpr std::int64_t amount_max = 1'000'000'000'000'000;

struct order_line {
  sku item;
  quantity count = 0;
  /// "I expect this price"; absent: whatever the catalogue says.
  std::optional<money> unit_price;

  friend bool operator==(const order_line&, const order_line&) = default;
};

/// What a customer asked for, well-formed but not yet priced.
struct submission {
  /// Empty when the submitter left it to us.
  order_id order;
  customer_id customer;
  std::vector<order_line> lines;
  std::vector<fault> faults;
  /// The trace it came with, a `traceparent` as W3C's Trace Context has it; empty: none. No part of what is ordered.
  std::string traceparent{};

  friend bool operator==(const submission&, const submission&) = default;
};

/// Reads a submission as in contract.md. Bounded in bytes, depth and counts. Unknown fields, repeated keys,
/// wrong types, floats, zero and negative quantities, bad ids: refused with a code and the field's path
/// (`lines[2].quantity`). Never throws.
///
/// Codes: `TOO_LARGE`, `MALFORMED_JSON`, `TOO_DEEP`, `DUPLICATE_FIELD`, `UNKNOWN_FIELD`, `MISSING_FIELD`, `WRONG_TYPE`,
/// `OUT_OF_RANGE` (a number, or how many entries a list has), `INVALID_ID`, `UNKNOWN_KIND` (of a fault). An unknown
/// field is told before a missing one, so that a misspelt name is found.
tl::expected<submission, refusal> parse_submission(std::string_view text);

/// The same submission has the same text, whatever the order of its fields and its white space were.
std::string canonical_text(const submission& s);

/// The catalogue's price of an item, none when it is not sold.
using price_lookup = std::function<std::optional<money>(const sku&)>;

/// What the checkout saga starts with: `{"order_id", "customer_id", "lines": [{"sku", "quantity", "unit_price"}],
/// "total", "faults"}`; `faults` only when there are any.
/// Refuses `UNKNOWN_SKU`, `PRICE_CHANGED`, `TOTAL_OVERFLOW`.
tl::expected<json, refusal> price_order(const submission& s, const price_lookup& price_of);

/// `total` of what `price_order` made.
money total_of(const json& input);

/// The instructions to fail in what `price_order` made.
std::vector<fault> faults_of(const json& input);

/// Refuses `FAULTS_NOT_ALLOWED` where the node does not take instructions to fail, and `UNKNOWN_STEP` for a
/// fault on something that is no step, no undo and not `accept`.
std::optional<refusal> check_faults(const submission& s, bool allowed);

} // namespace sagad::checkout
