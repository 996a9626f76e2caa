#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "tools/sagactl/exit_code.hpp"
#include "tools/sagactl/screen.hpp"
#include "workflows/ports/back_office.hpp"
#include "workflows/ports/clock.hpp"

namespace sagad::ctl {

enum class output_format : unsigned char { table, json, jsonl, ids };

/// What a verb works with. Lives as long as the program; one thread.
struct session {
  back_office& office;
  /// As the operator would write it, to be repeated in advice; without secrets.
  std::string store;
  /// Absent: the verb's own default, mostly a table.
  std::optional<output_format> format;
  std::ostream& out;
  std::ostream& err;
  screen on;
  clock_fn now;
  /// Waits before looking again.
  std::function<void(milliseconds)> pause;

  output_format format_or(output_format otherwise) const { return format.value_or(otherwise); }
};

/// A verb with its arguments, chosen on the command line, still to be run.
using command_fn = std::function<exit_code(session&)>;

/// Tells on stderr what the store could not do and what the operator can.
exit_code report(session& s, const store_error& error);

/// `error: SENTENCE` on stderr.
exit_code fail(session& s, exit_code code, const std::string& sentence);

} // namespace sagad::ctl
