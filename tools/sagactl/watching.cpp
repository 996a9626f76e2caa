#include "tools/sagactl/watching.hpp"

#include <algorithm>
#include <ostream>
#include <sstream>

#include "tools/sagactl/arguments.hpp"

namespace sagad::ctl {

namespace {

/// The first `lines_max` - 1 lines, and how many more there are; all where nothing limits them.
std::string fitted(const std::string& text, std::size_t lines_max) {
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  if (lines_max == 0 || lines < lines_max)
    return text;
  const std::size_t kept = lines_max > 2 ? lines_max - 2 : 1;
  std::size_t end = 0;
  for (std::size_t i = 0; i < kept; ++i)
    end = text.find('\n', end) + 1;
  return text.substr(0, end) + "... and " + std::to_string(lines - kept) + " more lines\n";
}

} // namespace

void picture::show(session& s, const std::string& text) {
  const std::string drawn = fitted(text, s.on.height);
  if (lines_ != 0)
    s.out << "\x1b[" << lines_ << "A\x1b[J"; // up, and clear from there
  s.out << drawn << std::flush;
  lines_ = static_cast<std::size_t>(std::count(drawn.begin(), drawn.end(), '\n'));
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
