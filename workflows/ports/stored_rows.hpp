#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "workflows/ports/auditor.hpp"
#include "workflows/ports/back_office.hpp"
#include "workflows/ports/failure.hpp"
#include "workflows/ports/ledger_rules.hpp"
#include "workflows/saga_codec.hpp"

/// What stands in a row of a SQL store. A `Row` is an adapter's view of one, with columns from zero: `text`, `view`,
/// `integer`, `count`, `time`, `maybe_time`, `is_null`. What a row says that means nothing is thrown as a `failure`:
/// the store is corrupt.
namespace sagad {

/// The first column behind those of a saga: id, state, outcome, sequence, step, wake-up time, created, updated,
/// definition, version, progress.
inline constexpr int after_saga = 11;

/// What stands in columns of their own, and so is not in the progress.
template <class Row>
saga saga_columns_in(const Row& r) {
  saga s;
  s.id = saga_id{r.text(0)};
  s.order = order_id{s.id.value};
  const auto state = saga_state_from(r.view(1));
  if (!state)
    throw failure{store_error::kind::corrupt, "its state '" + r.text(1) + "' means nothing"};
  s.state = *state;
  s.outcome = r.text(2);
  s.sequence = r.count(3);
  s.wakeup_at = r.maybe_time(5);
  s.created_at = r.time(6);
  s.updated_at = r.time(7);
  s.definition = r.text(8);
  const std::int64_t version = r.integer(9);
  if (!std::in_range<int>(version))
    throw failure{store_error::kind::corrupt, "its version " + std::to_string(version) + " means nothing"};
  s.version = static_cast<int>(version);
  return s;
}

/// The saga in these columns, or why what stands there is none: an audit tells it and goes on.
template <class Row>
tl::expected<saga, codec_error> read_saga(const Row& r) {
  try {
    return with_progress(saga_columns_in(r), r.view(4), r.view(10));
  } catch (const failure& meaningless) {
    return tl::unexpected{codec_error{meaningless.error.detail}};
  }
}

template <class Row>
saga saga_in(const Row& r) {
  auto s = read_saga(r);
  if (!s)
    throw failure{store_error::kind::corrupt, "saga " + r.text(0) + " cannot be read: " + s.error().detail};
  return *std::move(s);
}

/// With the order's input, which stands in the first column behind.
template <class Row>
stored_saga stored_in(const Row& r) {
  stored_saga found{.now = saga_in(r), .input = json::parse(r.view(after_saga), nullptr, false)};
  if (!found.input.is_object())
    throw failure{store_error::kind::corrupt, "the input of order " + found.now.order.value + " is no JSON object"};
  return found;
}

/// Behind the saga: customer, total, owner.
template <class Row>
order_view order_view_in(const Row& r) {
  return {.now = saga_in(r),
          .customer = customer_id{r.text(after_saga)},
          .total = r.integer(after_saga + 1),
          .owner = r.text(after_saga + 2)};
}

/// A column of states, without its saga.
inline bool is_unfinished(std::string_view state) {
  return state == to_string(saga_state::running) || state == to_string(saga_state::compensating);
}

/// From column `first` on: recorded, kind, code, detail, result.
template <class Row>
remembered remembered_in(const Row& r, int first) {
  const auto what = recorded_from(r.view(first));
  if (!what)
    throw failure{store_error::kind::corrupt, "the inbox remembers '" + r.text(first) + "', which means nothing"};
  ledger_answer answer{.outcome = *what == recorded::succeeded ? reply_outcome::succeeded : reply_outcome::refused,
                       .code = r.text(first + 2),
                       .detail = r.text(first + 3),
                       .result = {}};
  if (!r.is_null(first + 4))
    answer.result = json::parse(r.view(first + 4), nullptr, false);
  if (answer.result.is_discarded())
    throw failure{store_error::kind::corrupt, "the inbox holds a result that is no JSON"};
  return {.what = *what, .kind = r.text(first + 1), .answer = std::move(answer)};
}

// --- for the audit ----------------------------------------------------------------------------------------------

/// saga, step, recorded, kind. What is recorded may mean nothing: the audit goes on.
template <class Row>
inbox_account inbox_account_in(const Row& r) {
  return {.step = r.text(1), .what = recorded_from(r.view(2)).value_or(recorded::nothing), .kind = r.text(3)};
}

/// customer, balance, credited, charged.
template <class Row>
wallet_account wallet_account_in(const Row& r) {
  return {
      .customer = customer_id{r.text(0)}, .balance = r.integer(1), .credited = r.integer(2), .charged = r.integer(3)};
}

/// sku, available, reserved, added, held by orders.
template <class Row>
shelf_account shelf_account_in(const Row& r) {
  return {.item = sku{r.text(0)},
          .available = r.integer(1),
          .reserved = r.integer(2),
          .added = r.integer(3),
          .held_by_orders = r.integer(4)};
}

} // namespace sagad
