#include "tools/sagactl/table.hpp"

#include <algorithm>
#include <numeric>
#include <ostream>
#include <string_view>

#include "tools/sagactl/for_terminal.hpp"

namespace sagad::ctl {

namespace {

constexpr std::string_view gap = "  ";
constexpr std::size_t column_width_min = 6;

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; } // UTF-8

std::string cut(const std::string& text, std::size_t width) {
  if (width_on_screen(text) <= width)
    return text;
  std::size_t end = 0;
  for (std::size_t characters = 0; end < text.size(); ++end)
    if (begins_character(text[end]) && ++characters == width)
      break;
  return text.substr(0, end) + "…";
}

/// As wide as its column; only the text itself is tinted.
std::string fitted(const cell& c, std::size_t width, align side, const screen& on) {
  const std::string text = cut(c.text, width);
  const std::string blanks(width - width_on_screen(text), ' ');
  return side == align::right ? blanks + tinted(text, c.tint, on) : tinted(text, c.tint, on) + blanks;
}

} // namespace

std::string tinted(const std::string& text, colour tint, const screen& on) {
  if (!on.colour || tint == colour::plain)
    return text;
  const auto code = [tint] {
    switch (tint) {
    case colour::good:
      return "32";
    case colour::busy:
      return "33";
    case colour::bad:
      return "31";
    case colour::faint:
      return "2";
    case colour::plain:
      break;
    }
    return "0";
  }();
  return "\x1b[" + std::string{code} + 'm' + text + "\x1b[0m";
}

void table::add(std::vector<cell> row) {
  row.resize(columns_.size(), cell{""});
  for (cell& c : row)
    c.text = for_terminal(c.text);
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> table::widths(const screen& on) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = width_on_screen(columns_[i].title);
    for (const auto& row : rows_)
      width = std::max(width, width_on_screen(row[i].text));
    widths.push_back(width);
  }
  if (on.width == 0)
    return widths;
  std::size_t used = std::accumulate(widths.begin(), widths.end(), gap.size() * (widths.size() - 1));
  const auto narrow = [&](auto first, auto last) {
    while (used > on.width && first != last) {
      const auto widest = std::max_element(first, last);
      if (*widest <= column_width_min)
        return;
      --*widest;
      --used;
    }
  };
  narrow(widths.begin() + 1, widths.end());
  narrow(widths.begin(), widths.begin() + 1); // and a screen narrower than that has to wrap
  return widths;
}

void table::print_row(std::ostream& out, const screen& on, const std::vector<std::size_t>& widths,
                      const std::vector<cell>& row) const {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i)
    line += std::string{i == 0 ? "" : gap} + fitted(row[i], widths[i], columns_[i].side, on);
  out << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
}

void table::print(std::ostream& out, const screen& on) const {
  if (rows_.empty())
    return;
  std::vector<cell> titles;
  for (const column& c : columns_)
    titles.emplace_back(c.title, colour::faint);
  print_row(out, on, widths(on), titles);
  print_rows(out, on);
}

void table::print_rows(std::ostream& out, const screen& on) const {
  const auto fitting = widths(on);
  for (const auto& row : rows_)
    print_row(out, on, fitting, row);
}

} // namespace sagad::ctl
