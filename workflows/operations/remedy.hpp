#pragma once

#include <optional>
#include <string>

#include "workflows/operations/cause.hpp"
#include "workflows/saga.hpp"

namespace sagad::operations {

/// What would help orders that are stuck.
struct remedy {
  /// Why it would, in words that fit one order and many.
  std::string text;
  /// Ready to be pasted but for words in capitals.
  std::string command;
};

/// For orders that are stuck for that cause. `held`: why they are held; none while they still try. `which`: the orders
/// as `sagactl order` takes them, such as `o-1` or `--group 1f3a`. Pure and total.
remedy remedy_for(const cause& why, std::optional<hold_cause> held, const std::string& which);

/// A whole group, one order first: as `which` of a remedy.
std::string whole_group(const std::string& key);

/// The command that starts a node which plays that participant.
std::string command_to_play(const std::string& participant);

} // namespace sagad::operations
