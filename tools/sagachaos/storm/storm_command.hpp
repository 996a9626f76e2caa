#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace sagad::chaos {

/// Adds the subcommand `storm` to the program. When it is the one that was given, `chosen` becomes what it does: call
/// it after parsing, from the main thread; it blocks until the storm is over, prints, and returns the exit code (0:
/// every promise was kept; 1: one was broken, or there was no storm; 2: usage; 130: interrupted). It throws nothing.
/// `app` and `chosen` must outlive the parsing.
void add_storm(CLI::App& app, std::function<int()>& chosen);

} // namespace sagad::chaos
