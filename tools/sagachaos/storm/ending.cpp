#include "tools/sagachaos/storm/ending.hpp"

#include <cstring>

#include <sys/wait.h>

namespace sagad::chaos::storm {

bool is_orderly(int status) { return WIFEXITED(status) && WEXITSTATUS(status) <= 1; }

bool is_end_by(int signal, int status) { return WIFSIGNALED(status) && WTERMSIG(status) == signal; }

std::string text_of_end(int status) {
  if (WIFEXITED(status))
    return "exit " + std::to_string(WEXITSTATUS(status));
  const int signal = WTERMSIG(status);
  return "signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
}

} // namespace sagad::chaos::storm
