#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/sagactl/arguments.hpp"
#include "tools/sagactl/output.hpp"
#include "workflows/operations/stuck.hpp"

namespace sagad::ctl {

using notes_by_group = std::map<std::string, group_note>;

/// What scripts read of a group; without a note when there is none.
record to_record(const operations::stuck_group& group, const notes_by_group& notes);

/// `refund-payment: TILL_CLOSED: the till is closed`.
std::string text_of(const operations::cause& why);

/// The repair to begin with: resumed where it is held, else retried. Ready to be pasted but for the reason.
std::string repair_of(const operations::stuck_group& group);

/// `order stuck` and `order note`.
void add_stuck(CLI::App& orders, command_fn& chosen);

} // namespace sagad::ctl
