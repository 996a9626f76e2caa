#pragma once

#include <string>

#include <optional>
#include <tl/expected.hpp>

#include "tools/sagactl/session.hpp"

namespace sagad::ctl {

/// Why the operator does it: as given on the command line, or as they answer on a terminal. Without either a usage
/// error, told. Never empty.
tl::expected<std::string, exit_code> reason_for(session& s, const std::string& given);

/// None when it may go on: they said so beforehand (`--yes`), or say so on a terminal. Otherwise how to leave, told.
std::optional<exit_code> unless_agreed(session& s, const std::string& question, bool said_yes);

} // namespace sagad::ctl
