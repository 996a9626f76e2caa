#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "workflows/moment.hpp"

namespace sagad::operations {

/// A length of time in a person's words, in one unit: `12 s`, `5 min`, `3 h`, `2 days`; `no time` below a second.
std::string in_words(milliseconds length);
/// `5 min ago`, `in 12 s`; `just now` and `at once` within a second.
std::string in_words(moment at, moment now);
/// `1 order`, `3 orders`.
std::string counted(std::size_t count, std::string_view noun);

} // namespace sagad::operations
