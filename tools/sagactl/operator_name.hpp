#pragma once

#include <string>

namespace sagad::ctl {

/// Who works here, for the operators' log: as they say (`--who`, `SAGAD_OPERATOR`), or as they are logged in; behind
/// `sudo` the person and not root. Short and printable; never empty.
std::string operator_name(const std::string& given);

/// A word that no other run of this program has: whoever paces an operation goes by one.
std::string name_of_this_run();

} // namespace sagad::ctl
