#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "adapters/sqlite/statement.hpp"

namespace sagad::sqlite {

/// The number under which the tables know a saga.
class saga_numbers {
public:
  explicit saga_numbers(const connection& on);

  std::optional<std::int64_t> find(const std::string& id);
  /// Gives a number to an id that has none.
  std::int64_t add(const std::string& id);

  /// The sagas that this node drives are asked for with every commit: their numbers are kept in memory. An entry
  /// says that the store's row names this node as the owner.
  void begin_driving(const std::string& id, std::int64_t number) { driven_.insert_or_assign(id, number); }
  void stop_driving(const std::string& id) { driven_.erase(id); }
  bool drives(const std::string& id) const { return driven_.contains(id); }
  /// After a rollback: what was noted since it began may be untrue. Forgetting costs time only.
  void forget_driven() { driven_.clear(); }

private:
  const connection& on_;
  statement select_;
  statement insert_;
  std::unordered_map<std::string, std::int64_t> driven_;
};

} // namespace sagad::sqlite
