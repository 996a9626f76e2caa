#pragma once

#include <string>
#include <string_view>

namespace sagad::ctl {

/// The text with "?" for whatever drives a terminal or hides what is written there, for people's eyes: control
/// characters (C0, DEL and C1: ECMA-48, where U+009B begins a command as well as ESC [ does) and marks that turn the
/// direction of writing (Unicode Standard Annex 9), and for each byte that is no UTF-8: some terminals take those for
/// C1. What people and participants wrote, anybody may read on a terminal.
std::string for_terminal(std::string_view text);

} // namespace sagad::ctl
