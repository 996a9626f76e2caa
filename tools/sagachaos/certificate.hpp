#pragma once

#include <string>

#include "tools/sagachaos/exhaust.hpp"

namespace sagad::chaos {

/// The commit that this program was built from; `unknown` where nobody knew.
std::string_view built_from();

/// For people: the certificate, or what broke and the schedule that breaks it. Ends with a line's end.
std::string to_text(const exhaust_result& result);
/// The same for programs, as one JSON object on one line.
std::string to_json(const exhaust_result& result);

/// A run as a table: when, what, and what exactly; ends with the broken promises or "all promises hold".
std::string to_text(const replayed& run);
std::string to_json(const replayed& run);

} // namespace sagad::chaos
