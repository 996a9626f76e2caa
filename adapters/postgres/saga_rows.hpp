#pragma once

#include <string_view>

#include "adapters/postgres/row.hpp"
#include "workflows/ports/stored_rows.hpp"

namespace sagad::postgres {

/// The columns that make a saga, as stored_rows.hpp reads them; of `sagas s`.
inline constexpr std::string_view saga_columns = "s.id, s.state, s.outcome, s.sequence, s.step, s.next_wakeup_at, "
                                                 "s.created_at, s.updated_at, s.definition, s.version, s.progress";

/// The fact in a row of `fact_columns`, of `facts f`.
inline constexpr std::string_view fact_columns = "f.saga, f.sequence, f.at, f.type, f.attempt, f.code, f.detail";
fact fact_in(const row& r);

} // namespace sagad::postgres
