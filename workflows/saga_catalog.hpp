#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "workflows/saga_definition.hpp"

namespace sagad {

/// Whom its steps ask, each once, in the order in which they are first asked.
std::vector<std::string> participants_of(const definition& def);

/// What an operator may set for one step or one undo, by its name; what is absent stays as defined.
struct step_settings {
  std::optional<milliseconds> reply_timeout;
  std::optional<int> attempts;
  std::optional<milliseconds> backoff_initial;
  std::optional<milliseconds> backoff_max;
  std::optional<milliseconds> total_timeout;
};
using settings_by_step = std::map<std::string, step_settings, std::less<>>;

/// The definitions that a node can drive, tuned by its settings. Immutable after `add`; may then be read from
/// any thread. Owns the tuned steps; names and payload functions stay those of the definitions.
class saga_catalog {
public:
  saga_catalog() = default;
  // Moved, never copied: the copy's definitions would be views of the original's steps.
  saga_catalog(saga_catalog&&) = default;
  saga_catalog& operator=(saga_catalog&&) = default;

  /// Adds `def` with the settings that name its steps or undos. The error is a sentence that names the step:
  /// a value that leaves the definition not well-formed.
  tl::expected<void, std::string> add(const definition& def, const settings_by_step& settings = {});

  /// None when that version is not known here.
  const definition* find(std::string_view name, int version) const;

  /// Whom the definitions ask, each once.
  std::vector<std::string> participants() const;

  /// True when a definition has a step or an undo of this name.
  bool knows_step(std::string_view name) const;

private:
  struct tuned {
    std::vector<saga_step> steps;
    definition def;
  };
  std::deque<tuned> definitions_;
};

} // namespace sagad
