#pragma once

#include "adapters/sqlite/connection.hpp"
#include "workflows/ports/back_office.hpp"

namespace sagad::sqlite {

/// Shows the auditor every account of the store, whose orders began `begins`. The caller's transaction makes it one
/// snapshot.
audit_report audit_store(const connection& on, const definition& begins);

} // namespace sagad::sqlite
