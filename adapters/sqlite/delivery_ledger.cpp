#include "adapters/sqlite/delivery_ledger.hpp"

#include "adapters/sqlite/failure.hpp"

namespace sagad::sqlite {

delivery_ledger::delivery_ledger(const connection& on)
    : insert_(on, "INSERT INTO shipments (saga, step, customer) VALUES (?1, ?2, ?3)"),
      cancel_(on, "UPDATE shipments SET cancelled = 1 WHERE saga = ?1 AND step = ?2 AND cancelled = 0") {}

void delivery_ledger::apply(const effect_key& key, const shipment& what) {
  insert_.run(key.saga, key.step, what.customer.value);
}

void delivery_ledger::reverse(const effect_key& key) {
  if (cancel_.run(key.saga, key.step) != 1)
    throw failure{store_error::kind::corrupt, "a shipment that was recorded is missing"};
}

} // namespace sagad::sqlite
