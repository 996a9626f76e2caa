#pragma once

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "tools/sagactl/session.hpp"

namespace sagad::ctl {

/// What the operator asked for.
struct request {
  std::string store;
  std::string who;
  std::optional<output_format> format;
  command_fn command;
  /// Set for what needs no store: the text to print.
  std::optional<std::string> text;
};

/// Every option, group and verb of sagactl, which write what is asked for into `asked`. It must live as long as `app`.
void describe(CLI::App& app, request& asked);

} // namespace sagad::ctl
