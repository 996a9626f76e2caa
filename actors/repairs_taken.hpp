#pragma once

#include <cstddef>
#include <string>
#include <unordered_set>

#include "workflows/ids.hpp"

namespace sagad::actors {

/// The repairs that the store handed to this node. Each is carried out by one hand at a time: what the store hands out
/// again while it is under way, or was dealt with while the store was being asked, is not taken up. Belongs to the
/// directory.
class repairs_taken {
public:
  /// From now on what the store says may be older than what is known here.
  void store_is_asked() { dealt_with_meanwhile_.clear(); }

  /// False when somebody has it, or had it when the store was asked.
  bool take(const std::string& operation, const saga_id& saga) {
    const std::string key = key_of(operation, saga);
    return dealt_with_meanwhile_.count(key) == 0 && under_way_.insert(key).second;
  }

  /// Its outcome is durable; or nobody here will carry it out, and the store is to hand it out again.
  void dealt_with(const std::string& operation, const saga_id& saga) {
    const std::string key = key_of(operation, saga);
    under_way_.erase(key);
    dealt_with_meanwhile_.insert(key);
  }

  std::size_t under_way() const { return under_way_.size(); }

private:
  /// No operation's id has a slash.
  static std::string key_of(const std::string& operation, const saga_id& saga) { return operation + '/' + saga.value; }

  std::unordered_set<std::string> under_way_;
  std::unordered_set<std::string> dealt_with_meanwhile_;
};

} // namespace sagad::actors
