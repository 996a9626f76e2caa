#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "workflows/ports/ledger_rules.hpp"

namespace sagad::postgres {

/// An idempotency key as the tables know it, and in the order in which their rows are written.
struct effect_key {
  std::string saga;
  std::string step;

  friend auto operator<=>(const effect_key&, const effect_key&) = default; // NOLINT(modernize-use-nullptr)
};

/// One key's page of the inbox with the effect that belongs to it.
struct page {
  remembered known;
  /// The inbox has it already.
  bool is_stored = false;
  /// It was undone since it was read.
  bool is_reversed = false;
  /// Of a charge or a shipment.
  customer_id customer{};
  /// Of a charge.
  checkout::money amount = 0;
  /// Of a reservation, by item.
  std::vector<checkout::order_line> units{};
};

/// A level that commands draw from, copied when it was read.
struct level {
  std::int64_t now = 0;
  /// By how much it changed since.
  std::int64_t change = 0;
  /// What had to be there at the time, for everything to be carried out that was: others may change the level
  /// meanwhile, as long as this much is left.
  std::int64_t needed = 0;

  void draw(std::int64_t count);
  void put_back(std::int64_t count);
};

struct wallet_level {
  level balance;
  /// There is no such wallet in the store yet.
  bool is_new = false;
};

/// A copy of the parts of the ledgers that a list of commands touches. They are carried out on it one after the other,
/// and what changed is written back as a whole. Pure: knows no connection.
class book {
public:
  explicit book(checkout::money initial_credit) : initial_credit_(initial_credit) {}

  ledger_answer answer(const ledger_command& asked);

  /// True when an answer was a refusal for want of money or goods: it stands only if nobody else changes these levels
  /// before the transaction ends.
  bool went_by_levels() const { return went_by_levels_; }
  checkout::money initial_credit() const { return initial_credit_; }

  std::map<effect_key, page> pages;
  std::map<std::string, wallet_level> wallets;
  std::map<std::string, level> shelves;

private:
  ledger_answer apply(page& p, const ledger_command& asked);
  ledger_answer apply(page& p, const charge& what);
  ledger_answer apply(page& p, reservation what);
  void reverse(page& p);
  wallet_level& open_wallet(const customer_id& customer);

  checkout::money initial_credit_;
  bool went_by_levels_ = false;
};

} // namespace sagad::postgres
