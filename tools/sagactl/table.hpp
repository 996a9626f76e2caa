#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "tools/sagactl/screen.hpp"

namespace sagad::ctl {

enum class colour : unsigned char { plain, good, busy, bad, faint };

struct cell {
  std::string text;
  colour tint = colour::plain;

  cell(std::string t, colour c = colour::plain) : text(std::move(t)), tint(c) {}
  cell(const char* t) : text(t) {}
};

enum class align : unsigned char { left, right };

struct column {
  std::string title;
  align side = align::left;
};

/// Rows under titles, aligned, each on one line that fits the screen: what does not fit is cut, the widest
/// column first, and ends in "…". The first column names the row, and people paste it: it is cut last. No stored text
/// drives the terminal: see `for_terminal`.
class table {
public:
  explicit table(std::vector<column> columns) : columns_(std::move(columns)) {}

  void add(std::vector<cell> row);
  bool empty() const { return rows_.empty(); }

  /// Prints the titles and the rows; nothing when there are no rows.
  void print(std::ostream& out, const screen& on) const;

  /// Prints the rows alone.
  void print_rows(std::ostream& out, const screen& on) const;

private:
  void print_row(std::ostream& out, const screen& on, const std::vector<std::size_t>& widths,
                 const std::vector<cell>& row) const;
  std::vector<std::size_t> widths(const screen& on) const;

  std::vector<column> columns_;
  std::vector<std::vector<cell>> rows_;
};

/// Puts the tint around the text where the screen shows colours.
std::string tinted(const std::string& text, colour tint, const screen& on);

} // namespace sagad::ctl
