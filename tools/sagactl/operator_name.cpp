#include "tools/sagactl/operator_name.hpp"

#include <cstdlib>
#include <random>

#include <pwd.h>
#include <unistd.h>

#include "workflows/strict_json.hpp"

namespace sagad::ctl {

namespace {

std::string from_environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{value};
}

std::string login_name() {
  for (const char* const name : {"SUDO_USER", "USER", "LOGNAME"})
    if (std::string found = from_environment(name); !found.empty())
      return found;
  const passwd* const entry = getpwuid(getuid());
  return entry == nullptr ? "uid " + std::to_string(getuid()) : std::string{entry->pw_name};
}

} // namespace

std::string operator_name(const std::string& given) { return printable(given.empty() ? login_name() : given); }

std::string name_of_this_run() {
  std::random_device entropy;
  return "sagactl-" + std::to_string(getpid()) + '-' + std::to_string(entropy()) + '-' + std::to_string(entropy());
}

} // namespace sagad::ctl
