#pragma once

#include <span>
#include <string_view>

namespace sagad::operations {

/// The word that somebody who typed `typed` most likely meant; empty when none is near. Near is at most a third of
/// its letters wrong, missing, too many or swapped with their neighbour (the "optimal string alignment" distance;
/// Damerau, "A technique for computer detection and correction of spelling errors", 1964). Of equally near words the
/// first one. The result is one of `known`.
std::string_view nearest_word(std::string_view typed, std::span<const std::string_view> known);

} // namespace sagad::operations
