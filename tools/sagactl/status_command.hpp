#pragma once

#include <ostream>
#include <string>

#include "tools/sagactl/arguments.hpp"
#include "tools/sagactl/output.hpp"
#include "tools/sagactl/screen.hpp"

namespace sagad::ctl {

/// Is it the engine, the store, the broker or a participant, and since when. Exit 5 when something is wrong.
exit_code show_status(session& s);

/// The same where the store itself cannot be reached, which `because` says in a sentence: all that it would tell is
/// unknown. Always exit 5.
exit_code show_status_without_store(std::ostream& out, const screen& on, output_format format,
                                    const std::string& because);

/// `status`.
void add_status(CLI::App& app, command_fn& chosen);

} // namespace sagad::ctl
