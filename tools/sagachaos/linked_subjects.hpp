#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tools/sagachaos/subject.hpp"

namespace sagad::chaos {

/// The definitions that this program was linked with, for people: `checkout, return`.
std::string linked_names();
std::optional<subject> linked_subject(std::string_view name);

} // namespace sagad::chaos
