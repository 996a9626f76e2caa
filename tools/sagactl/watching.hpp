#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "tools/sagactl/session.hpp"

namespace sagad::ctl {

/// Draws over what it drew before. What does not fit the screen is left out, and said so.
class picture {
public:
  void show(session& s, const std::string& text);

private:
  std::size_t rows_ = 0;
};

/// As on the command line: `--watch [SECONDS]`; none: once is enough.
struct watch_interval {
  std::optional<std::chrono::seconds> every{};
};
/// `interval` must live as long as the verb.
void add_watch_option(CLI::App& verb, watch_interval& interval);

/// Runs a verb that shows something; again and again where that is wanted, until Ctrl-C or nobody reads any more: a
/// terminal sees one picture that changes, anything else one after the other. The exit code is the last one's.
exit_code watching(session& s, const watch_interval& interval, const std::function<exit_code(session&)>& show);

} // namespace sagad::ctl
