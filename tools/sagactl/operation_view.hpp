#pragma once

#include <string_view>
#include <vector>

#include "tools/sagactl/output.hpp"
#include "workflows/ports/repairs.hpp"

namespace sagad::ctl {

/// `over`, `stopped`, `under way`.
std::string_view state_of(const operation& o);

/// What scripts read of an operation.
record to_record(const operation& o);
presentation<operation> as_operation(moment now);

/// `well`, `badly`, `pending` of what was applied; else where the repair stands.
std::string_view result_of(const repair& r);
record to_record(const repair& r);

/// `op-1: 998 of 1000 ended well, 2 failed, 0 are still under way, 0 have not begun.`
std::string sentence_about(const operation& o);

/// One operation with its orders: people see its fields and those that failed, scripts all.
void print_operation(session& s, const operation& o, const std::vector<repair>& repairs);

/// Failed when any of its repairs did.
exit_code code_of(const operation& o);

} // namespace sagad::ctl
