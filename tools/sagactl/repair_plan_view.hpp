#pragma once

#include "tools/sagactl/output.hpp"
#include "workflows/operations/repair.hpp"

namespace sagad::ctl {

/// What a repair would do, in a few lines: how many orders, in which states, whose money, what is refused and why.
void print_plan(std::ostream& out, const screen& on, const operations::repair_plan& plan);

/// The same as data on stdout, with each order: what `--dry-run` is for.
void tell_plan(session& s, const operations::repair_plan& plan);

/// `Resume 3 orders?`
std::string question_about(const operations::repair_plan& plan);

} // namespace sagad::ctl
