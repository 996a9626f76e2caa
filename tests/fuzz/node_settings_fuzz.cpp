// Throws arbitrary bytes at the reader of a node's settings: a configuration file, a zero, and the values of the
// environment's variables, with zeros between. There must come of it settings that a node can run by, or a sentence
// that names the file or the variable.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

#include "adapters/rabbitmq/broker_url.hpp"
#include "tests/fuzz/insist.hpp"
#include "tools/sagad/node_settings.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/ids.hpp"

namespace {

using namespace sagad;
using namespace sagad::tools;
using fuzz::insist;

constexpr std::array variables{
    "SAGAD_ROLES",       "SAGAD_NAME",      "SAGAD_INITIAL_CREDIT", "SAGAD_ALLOW_FAULTS", "SAGAD_DEAD_LETTER_RETENTION",
    "SAGAD_AUDIT_EVERY", "SAGAD_LOG_LEVEL", "SAGAD_STORE",          "SAGAD_BROKER"};

std::map<std::string, std::string, std::less<>> environment;

std::optional<std::string> variable(const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::nullopt : std::optional{found->second};
}

/// One that lives in memory.
class config_file {
public:
  explicit config_file(std::string_view text) : file_(::memfd_create("fuzz", 0)) {
    insist(file_ >= 0 && ::write(file_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  config_file(const config_file&) = delete;
  config_file& operator=(const config_file&) = delete;
  ~config_file() { ::close(file_); }

  std::string name() const { return "/proc/self/fd/" + std::to_string(file_); }

private:
  int file_;
};

std::string_view take_part(std::string_view& rest) {
  const std::string_view part = rest.substr(0, rest.find('\0'));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return part;
}

void check_taken(const node_settings& s) {
  insist(!s.roles.empty());
  insist(std::adjacent_find(s.roles.begin(), s.roles.end()) == s.roles.end());
  for (const std::string& role : s.roles)
    insist(std::find(every_role.begin(), every_role.end(), role) != every_role.end());
  insist(s.name.empty() || (is_valid_id(s.name) && s.name.size() <= 64));
  insist(s.initial_credit >= 0 && s.initial_credit <= 1'000'000'000'000'000);
  insist(std::string_view{"debug info warn error"}.find(s.log_level) != std::string_view::npos);
  for (const milliseconds each : {s.dead_letter_retention, s.audit_every})
    insist(each >= milliseconds{0} && each <= std::chrono::years{10});
  insist(!s.broker || rabbitmq::parse_broker_url(*s.broker));
  insist(!s.store || !to_text(*s.store).empty());
  insist(!played_by(s).empty());

  saga_catalog catalog;
  if (const auto added = catalog.add(checkout::checkout_saga, s.steps); !added)
    insist(!added.error().empty());
  else
    insist(is_well_formed(*catalog.find(checkout::checkout_saga.name, checkout::checkout_saga.version)));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  const config_file file{take_part(rest)};
  environment.clear();
  for (const char* name : variables)
    if (const std::string_view value = take_part(rest); !value.empty())
      environment.emplace(name, value);
  node_flags flags;
  flags.config_files = {file.name()};

  const auto read = layer_settings(flags, variable);
  if (read)
    check_taken(*read);
  else
    insist(read.error().starts_with(file.name() + ": ") || read.error().starts_with("SAGAD_"));
  return 0;
}
