#pragma once

#include "adapters/sqlite/inbox.hpp"
#include "adapters/sqlite/statement.hpp"

namespace sagad::sqlite {

/// The booked deliveries.
class delivery_ledger {
public:
  explicit delivery_ledger(const connection& on);

  void apply(const effect_key& key, const shipment& what);
  /// Cancels the booking.
  void reverse(const effect_key& key);

private:
  statement insert_;
  statement cancel_;
};

} // namespace sagad::sqlite
