#pragma once

#include <cstdint>
#include <string>

#include "adapters/sqlite/statement.hpp"
#include "workflows/ports/ledger_rules.hpp"

namespace sagad::sqlite {

/// An idempotency key as the tables know it.
struct effect_key {
  std::int64_t saga = 0;
  std::string step;
};

/// What the participants remember of each command: their answers, and that something was undone.
class inbox {
public:
  explicit inbox(const connection& on);

  remembered find(const effect_key& key);
  /// The answer to a do that was carried out or refused.
  void remember(const effect_key& key, std::string_view kind, const ledger_answer& answer);
  /// The effect was reversed.
  void remember_undone(const effect_key& key);
  /// An undo came first: a tombstone, so that a late do is refused.
  void block(const effect_key& key);

private:
  statement select_;
  statement insert_;
  statement undo_;
};

} // namespace sagad::sqlite
