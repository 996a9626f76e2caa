#include "tools/sagactl/watching.hpp"

#include <algorithm>
#include <ostream>
#include <sstream>
#include <string_view>
#include <vector>

#include "tools/sagactl/arguments.hpp"
#include "tools/sagactl/for_terminal.hpp"

namespace sagad::ctl {

namespace {

/// Rows that a line takes on a screen, where it wraps.
std::size_t rows_of(std::string_view line, const screen& on) {
  const std::size_t width = width_on_screen(line);
  return on.width == 0 || width == 0 ? 1 : (width + on.width - 1) / on.width;
}

struct fitted {
  std::string text;
  std::size_t rows = 0;
};

/// The lines that fit, and how many more there are; all where nothing limits them.
fitted to_screen(const std::string& text, const screen& on) {
  std::vector<std::string_view> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(std::string_view{text}.substr(begin, end - begin));
    begin = end + 1;
  }
  std::size_t rows = 0;
  for (const std::string_view line : lines)
    rows += rows_of(line, on);
  if (on.height == 0 || rows < on.height)
    return {text, rows};

  fitted kept;
  std::size_t shown = 0; // the row of the cursor and that of the last sentence are left
  for (; shown < lines.size() && kept.rows + rows_of(lines[shown], on) + 2 <= on.height; ++shown) {
    kept.text.append(lines[shown]) += '\n';
    kept.rows += rows_of(lines[shown], on);
  }
  const std::string rest = "... and " + std::to_string(lines.size() - shown) + " more lines";
  kept.text += rest + '\n';
  kept.rows += rows_of(rest, on);
  return kept;
}

} // namespace

void picture::show(session& s, const std::string& text) {
  const fitted drawn = to_screen(text, s.on);
  if (rows_ != 0)
    s.out << "\x1b[" << rows_ << "A\x1b[J"; // up, and clear from there
  s.out << drawn.text << std::flush;
  rows_ = drawn.rows;
}

void add_watch_option(CLI::App& verb, watch_interval& interval) {
  constexpr std::int64_t seconds_default = 2;
  constexpr std::int64_t seconds_max = 86'400;
  const auto seconds_or_nothing = [](const std::string& text) {
    const CLI::Validator number = whole_number(1, seconds_max);
    return text.empty() ? std::string{} : number(text);
  };
  const auto take = [&interval](const CLI::results_t& words) {
    const bool given = !words.empty() && !words.front().empty();
    interval.every = std::chrono::seconds{given ? std::stoll(words.front()) : seconds_default};
    return true;
  };
  verb.add_option("--watch", take, "Show it again every so many seconds (2), until Ctrl-C")
      ->type_name("SECONDS")
      ->expected(0, 1)
      ->check(CLI::Validator{seconds_or_nothing, ""});
}

exit_code watching(session& s, const watch_interval& interval, const std::function<exit_code(session&)>& show) {
  if (!interval.every)
    return show(s);
  const bool drawing = s.on.is_terminal && s.format_or(output_format::table) == output_format::table;
  picture canvas;
  while (true) {
    std::ostringstream drawn;
    session once{.office = s.office,
                 .definitions = s.definitions,
                 .store = s.store,
                 .who = s.who,
                 .pacer = s.pacer,
                 .format = s.format,
                 .in = s.in,
                 .out = drawing ? static_cast<std::ostream&>(drawn) : s.out,
                 .err = s.err,
                 .on = s.on,
                 .in_is_terminal = s.in_is_terminal,
                 .err_is_terminal = s.err_is_terminal,
                 .now = s.now,
                 .pause = s.pause,
                 .interrupted = s.interrupted};
    const exit_code code = show(once);
    if (drawing)
      canvas.show(s, drawn.str());
    s.out.flush();
    if (code == exit_code::usage || code == exit_code::not_found || code == exit_code::not_permitted || !s.out)
      return code;
    s.pause(*interval.every);
    if (s.interrupted())
      return code;
  }
}

} // namespace sagad::ctl
