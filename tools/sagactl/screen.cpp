#include "tools/sagactl/screen.hpp"

#include <cstdlib>
#include <string_view>

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace sagad::ctl {

namespace {

std::string_view environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view{} : value;
}

} // namespace

screen screen_of_stdout() {
  screen s;
  s.is_terminal = isatty(STDOUT_FILENO) == 1;
  if (!s.is_terminal)
    return s;
  // https://no-color.org: any value that is not empty counts.
  s.colour = environment("NO_COLOR").empty() && environment("TERM") != "dumb";
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
    s.width = size.ws_col;
    s.height = size.ws_row;
  }
  return s;
}

std::size_t width_on_screen(std::string_view line) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line.substr(i).starts_with("\x1b["))
      i = std::min(line.find('m', i), line.size());
    else if ((static_cast<unsigned char>(line[i]) & 0xC0U) != 0x80U)
      ++width;
  }
  return width;
}

bool stdin_is_terminal() { return isatty(STDIN_FILENO) == 1; }
bool stderr_is_terminal() { return isatty(STDERR_FILENO) == 1; }

bool stdout_reader_is_gone() {
  pollfd stdout_state{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return poll(&stdout_state, 1, 0) == 1 && (stdout_state.revents & POLLERR) != 0;
}

} // namespace sagad::ctl
