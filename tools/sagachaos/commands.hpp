#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace sagad::chaos {

// Each adds a subcommand to the program. When it is the one that was given, `chosen` becomes what it does: call it
// after parsing; it prints and returns the exit code. 0: every promise was kept; 1: one was broken; 2: usage. `app` and
// `chosen` must outlive the parsing.

/// `exhaust`: every fault at every point of every scenario of a linked definition.
void add_exhaust(CLI::App& app, std::function<int()>& chosen);
/// `replay`: one schedule, step by step.
void add_replay(CLI::App& app, std::function<int()>& chosen);

} // namespace sagad::chaos
