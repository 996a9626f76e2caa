#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sagad::ctl {

/// A stranger's bytes made fit for a terminal: printable ASCII stays, all else becomes `\n`, `\t`, `\\` or `\x1b`; of a
/// longer text the first `bytes_max` bytes, and how many there are besides.
std::string escaped(std::string_view bytes, std::size_t bytes_max);

} // namespace sagad::ctl
