#include "tests/tools/sagactl/typing.hpp"

#include <algorithm>

#include "tools/sagactl/command_line.hpp"

namespace sagad::ctl::testing {

exit_code type(fixture& f, std::vector<std::string> words) {
  CLI::App app;
  request asked;
  describe(app, asked);
  std::reverse(words.begin(), words.end()); // as CLI11 wants them
  app.parse(words);
  f.s.format = asked.format;
  if (!asked.who.empty())
    f.s.who = asked.who;
  return asked.command(f.s);
}

} // namespace sagad::ctl::testing
