#pragma once

#include "workflows/checkout/order.hpp"
#include "workflows/ports/back_office.hpp"
#include "workflows/saga_catalog.hpp"

namespace sagad::operations {

/// The customer's money in one order, as its saga knows it. Not the ledger's word: see the audit.
struct stake {
  /// Taken, and not given back.
  checkout::money charged = 0;
  /// Perhaps taken: the charge, or its refund, was asked for and not answered.
  checkout::money in_doubt = 0;

  checkout::money total() const { return charged + in_doubt; }
};

/// By the steps that the participant `payment` plays and can undo; by the whole order where its definition is unknown.
stake stake_of(const order_view& order, const saga_catalog& definitions);

/// Where the sum would not fit it stays at the highest: totals are for people.
checkout::money added(checkout::money sum, checkout::money amount);

} // namespace sagad::operations
