#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "tools/sagactl/exit_code.hpp"
#include "tools/sagactl/screen.hpp"
#include "workflows/ports/back_office.hpp"
#include "workflows/ports/clock.hpp"
#include "workflows/saga_catalog.hpp"

namespace sagad::ctl {

enum class output_format : unsigned char { table, json, jsonl, ids };

/// What a verb works with. Lives as long as the program; one thread.
struct session {
  back_office& office;
  /// What the shop's sagas are, as their authors wrote them.
  const saga_catalog& definitions;
  /// As the operator would write it, to be repeated in advice; without secrets.
  std::string store;
  /// Whom the operators' log names.
  std::string who;
  /// How this run of sagactl names itself as the pacer of an operation: a word of its own.
  std::string pacer;
  /// Absent: the verb's own default, mostly a table.
  std::optional<output_format> format;
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  screen on;
  /// Somebody sits there: to answer, and to see progress.
  bool in_is_terminal = false;
  bool err_is_terminal = false;
  clock_fn now;
  /// Waits before looking again.
  std::function<void(milliseconds)> pause;
  /// True once Ctrl-C was pressed, where that is deferred (see `interrupt_deferral`).
  std::function<bool()> interrupted;

  output_format format_or(output_format otherwise) const { return format.value_or(otherwise); }
};

/// A verb with its arguments, chosen on the command line, still to be run.
using command_fn = std::function<exit_code(session&)>;

/// What the store could not do and what the operator can, in sentences. `store` is how to name it.
std::string explained(const store_error& error, const std::string& store);

/// Tells on stderr what the store could not do and what the operator can.
exit_code report(session& s, const store_error& error);

/// `error: SENTENCE` on stderr.
exit_code fail(session& s, exit_code code, const std::string& sentence);

} // namespace sagad::ctl
