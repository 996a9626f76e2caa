#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/ids.hpp"
#include "workflows/moment.hpp"
#include "workflows/operations/pace.hpp"
#include "workflows/operations/repair_request.hpp"
#include "workflows/ports/store_result.hpp"

namespace sagad {

/// Where one repair of an operation is. It only ever moves down this list.
enum class repair_state : std::uint8_t {
  planned,  // it waits until its operation lets it begin
  released, // promised: whoever drives the order applies it, however often nodes die meanwhile
  applied,  // committed together with what it changed
  moved_on, // not applied: the order was not any more where it was when the operator looked at it
  refused,  // not applied: the saga machine says no
};
/// `planned`, `released`, `applied`, `moved-on`, `refused`: as persisted.
std::string_view to_string(repair_state s);
std::optional<repair_state> repair_state_from(std::string_view text);

/// What came of an applied repair: see `operations::result_of`.
enum class repair_result : std::uint8_t { pending, well, badly };
/// `pending`, `well`, `badly`: as persisted.
std::string_view to_string(repair_result r);
std::optional<repair_result> repair_result_from(std::string_view text);

/// One order of an operation.
struct repair {
  order_id order;
  saga_id saga;
  /// Of the saga when it was planned: the repair is for this state of it, and for no later one.
  std::uint64_t planned_sequence = 0;
  repair_state state = repair_state::planned;
  repair_result result = repair_result::pending;
  /// Why it was not applied, or what went wrong afterwards; empty otherwise.
  std::string because{};
  /// When `state` became what it is.
  moment at{};
};

/// How many repairs of an operation stand where.
struct repair_counts {
  std::size_t planned = 0;
  std::size_t released = 0;
  std::size_t applied = 0; // of these `well` + `badly` are known to have ended so
  std::size_t moved_on = 0;
  std::size_t refused = 0;
  std::size_t well = 0;
  std::size_t badly = 0;

  std::size_t total() const { return planned + released + applied + moved_on + refused; }
  std::size_t failed() const { return badly + moved_on + refused; }
  /// Nothing more will come of it.
  bool is_over() const { return planned == 0 && released == 0 && well + badly == applied; }
  /// As `operations::pace` counts.
  operations::pace_counts paced() const {
    return {.total = total(), .released = total() - planned, .succeeded = well, .failed = failed()};
  }

  friend bool operator==(const repair_counts&, const repair_counts&) = default;
};

/// What an operator agreed to: one wish, for a frozen set of orders.
struct operation_request {
  operations::repair_request wanted;
  operations::pace_settings pace;
};

/// An order of the set, as it was when the operator agreed.
struct repair_target {
  order_id order;
  saga_id saga;
  std::uint64_t sequence = 0;
};

/// An operation as everybody can see it.
struct operation {
  /// `op-1`, `op-2`, ...: in the order of their planning.
  std::string id;
  operation_request asked;
  moment planned_at{};
  repair_counts counts;
  /// Set while somebody has stopped it: nothing more begins, and what was released still ends.
  std::optional<moment> stopped_at{};
  std::string stopped_by{};
  std::string stopped_because{};
};

/// Operators' wishes as durable rows. Part of the back office.
///
/// Whoever runs an operation is its pacer: it releases repairs as `operations::pace` says, and names itself by a word
/// of its own. When it dies the operation waits, and another one takes over. Nodes carry out what is released.
class repair_desk {
public:
  virtual ~repair_desk() = default;

  /// Writes the operation and its set down, and an entry in the operators' log; releases the first `release` of it in
  /// the same transaction. An order stands in a set once; an empty set is an operation that is over.
  virtual store_result<operation> plan_operation(const operation_request& request,
                                                 const std::vector<repair_target>& orders, std::size_t release,
                                                 const std::string& pacer, moment now) = 0;

  /// Promises up to `count` more, in the order of the set, and tells how many; none when it is stopped, somebody else
  /// paces it, or there is no such operation.
  virtual store_result<std::optional<std::size_t>> release_repairs(const std::string& operation, std::size_t count,
                                                                   const std::string& pacer, moment now) = 0;

  /// Looks at the applied repairs whose result is pending, and whose saga has gone on since: records what came of them
  /// by `operations::result_of`. Returns the operation as it is then; none when there is none of this id.
  virtual store_result<std::optional<operation>> settle_repairs(const std::string& operation) = 0;

  /// Nothing more of it begins until it is resumed. Logged. None when there is none of this id; changes nothing when
  /// it is stopped or over.
  virtual store_result<std::optional<operation>> stop_operation(const std::string& operation, const std::string& who,
                                                                const std::string& why, moment now) = 0;

  /// This pacer goes on with it, whoever paced it before and whether it was stopped or not. Logged. None when there is
  /// none of this id.
  virtual store_result<std::optional<operation>> resume_operation(const std::string& operation, const std::string& who,
                                                                  const std::string& pacer, moment now) = 0;

  /// Newest first.
  virtual store_result<std::vector<operation>> list_operations(std::optional<std::size_t> limit) = 0;
  virtual store_result<std::optional<operation>> find_operation(const std::string& operation) = 0;
  /// In the order of the set.
  virtual store_result<std::vector<repair>> repairs(const std::string& operation) = 0;
};

} // namespace sagad
