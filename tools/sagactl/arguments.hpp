#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "tools/sagactl/session.hpp"

namespace sagad::ctl {

/// Digits only, from `min` to `max`. CLI11 alone would read `010` as eight.
CLI::Validator whole_number(std::int64_t min, std::int64_t max);

/// 1-128 characters of `A-Z a-z 0-9 . _ : -`.
CLI::Validator well_formed_id();

/// `250ms`, `5m`, ...
CLI::Validator duration();

/// Adds a verb to a group: it sets `chosen` to `run`, and its help ends in the example.
CLI::App* add_verb(CLI::App& group, command_fn& chosen, const std::string& name, const std::string& summary,
                   const std::string& example, command_fn run);

/// "sagactl order has no verb lst; did you mean list?" for the first word that names no group or verb; empty when
/// all do.
std::string unknown_verb(const CLI::App& app, const std::vector<std::string>& words);

} // namespace sagad::ctl
