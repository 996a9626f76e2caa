#pragma once

#include <optional>

#include "adapters/memory/world.hpp"

namespace sagad::memory {

/// Carries out what `rule_for` decides about a command.
ledger_answer answer(books& b, const ledger_command& asked, checkout::money initial_credit);

/// The wallet, opened with the initial credit when it is new.
wallet_row& open_wallet(books& b, const customer_id& customer, checkout::money initial_credit);

} // namespace sagad::memory
