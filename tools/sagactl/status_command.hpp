#pragma once

#include <string>
#include <vector>

#include "tools/sagactl/session.hpp"

namespace sagad::ctl {

/// What is wrong, a sentence each that says what to do; empty when nothing is.
std::vector<std::string> problems_of(const store_status& status, const std::string& store, moment now);

/// Is it the engine or the store, and since when. Exit 5 when something is wrong.
exit_code show_status(session& s);

} // namespace sagad::ctl
