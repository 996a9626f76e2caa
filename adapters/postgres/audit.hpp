#pragma once

#include <pqxx/transaction_base>

#include "workflows/ports/back_office.hpp"

namespace sagad::postgres {

/// Shows the auditor every account of the store, whose orders began `begins`. The caller's transaction makes it one
/// snapshot. Streams: a store of any size passes through a few thousand rows of memory.
audit_report audit_store(pqxx::transaction_base& t, const definition& begins);

} // namespace sagad::postgres
