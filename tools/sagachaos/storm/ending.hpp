#pragma once

#include <string>

namespace sagad::chaos::storm {

// How a program ended, as `waitpid` says.

/// What a sagad may do: exit, with 0 or with 1. By itself as well: it does when it was fenced.
bool is_orderly(int status);
/// A signal's, and nobody else's.
bool is_end_by(int signal, int status);
/// `exit 3`, `signal 11 (Segmentation fault)`.
std::string text_of_end(int status);

} // namespace sagad::chaos::storm
