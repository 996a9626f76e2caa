#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/ports/repairs.hpp"
#include "workflows/ports/store.hpp"

/// The rules about repairs that every store follows. Pure.
namespace sagad {

/// `op-7`.
std::string operation_id(std::int64_t number);
/// The way back; none when it names no operation that a store could hold.
std::optional<std::int64_t> operation_number(std::string_view id);

/// The targets in their order, each saga once.
std::vector<repair_target> frozen_set(const std::vector<repair_target>& orders);
/// Why a repair of an order that the store does not hold is refused as soon as it is planned.
inline constexpr std::string_view no_such_order = "there is no such order";

/// Counts `count` repairs that stand there.
void add(repair_counts& to, repair_state state, repair_result result, std::size_t count);

/// Whom a released repair was handed to last, and when.
struct handing {
  std::uint64_t to = 0;
  moment at{};
};
/// Until then a repair that was handed out at or before is handed out again.
inline moment handed_out_again_by(moment now) { return now - repair_handed_out_for; }
/// A holder that is gone will not come back to it.
bool may_be_handed_out(const std::optional<handing>& last, bool holder_is_gone, moment now);

/// An outcome that a commit records, if the repair is still released.
struct recorded_outcome {
  std::int64_t operation = 0;
  saga_id saga;
  repair_state state = repair_state::refused;
  std::string because{};
  /// Of the saga, for `applied`.
  std::uint64_t sequence = 0;
};
/// The batch's outcomes that may take effect: the first of each repair, and `applied` only where the update of its saga
/// `took_effect`.
std::vector<recorded_outcome> outcomes_to_record(const batch& work,
                                                 const std::function<bool(const saga_id&)>& took_effect);

/// Whether there may be a result of an applied repair: its saga has gone on since sequence `seen`, or nothing more can
/// come.
bool may_have_result(operations::operator_action what, const saga& now, std::uint64_t seen);

/// The ids that begin with `prefix`, as a range [first, last) of texts compared by their bytes; none when no id does.
struct id_range {
  std::string first;
  std::string last;
};
std::optional<id_range> ids_beginning(std::string_view prefix);

/// A number of rows as SQL takes it; without one, all of them.
std::int64_t row_limit(std::optional<std::size_t> count);

} // namespace sagad
