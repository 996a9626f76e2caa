#pragma once

#include "tools/sagactl/session.hpp"
#include "workflows/ports/repairs.hpp"

namespace sagad::ctl {

/// Paces an operation to its end, with progress on stderr where that is a terminal, and prints what came of each
/// order. Exit 1 when any failed or it was stopped, 5 when no node lives, 130 when interrupted: what is promised still
/// happens, and it is told how to go on.
exit_code pace_to_the_end(session& s, const operation& begun);

/// The operation with its orders, as they stand.
exit_code tell_operation(session& s, const operation& o);

/// Does any node live?
bool is_anybody_there(session& s);

/// One line about a running operation that changes in place, on stderr where that is a terminal; gone with the object.
class progress_line {
public:
  explicit progress_line(session& s) : s_(s) {}
  ~progress_line() { clear(); }
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;

  void show(const std::string& text);
  void clear();

private:
  session& s_;
  bool drawn_ = false;
};

} // namespace sagad::ctl
