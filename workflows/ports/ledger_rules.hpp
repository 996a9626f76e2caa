#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/ports/ledger.hpp"

namespace sagad {

/// What a participant remembers under one idempotency key.
struct remembered {
  recorded what = recorded::nothing;
  /// The `kind_of` the effect; empty when it was blocked before it came.
  std::string kind;
  ledger_answer answer;
};

/// `charge`, `reservation`, `shipment`, `mark`, `injected-refusal`: as persisted.
std::string_view kind_of(const effect& e);

/// The way back from `idempotency_key(saga, step)`; none when the key is not one of its making.
struct key_parts {
  std::string_view saga;
  std::string_view step;
};
std::optional<key_parts> split_key(std::string_view idempotency_key);

/// A refusal `BAD_PAYLOAD` of a command that can never be carried out, whatever the ledger holds.
std::optional<ledger_answer> unreadable(const ledger_command& c);

/// The answer of a rule that changes nothing, or whose change is done.
ledger_answer answer_by(inbox_rule rule, const remembered& known);

ledger_answer done(json result = nullptr);
ledger_answer insufficient_fund(checkout::money balance, checkout::money amount);
ledger_answer insufficient_inventory(const sku& item, checkout::quantity available, checkout::quantity wanted);
/// What a booked delivery answers.
ledger_answer shipment_booked(const ledger_command& c);
ledger_answer refused_by(const injected_refusal& fault);

/// The lines with one entry per item, in order of their names. A sum beyond 64 bits stays at the highest.
std::vector<checkout::order_line> units_by_item(const std::vector<checkout::order_line>& lines);

/// `level + more`, none when it leaves [0, amount_max] or `more` is not positive. Levels bounded so, no sum over
/// a ledger overflows.
std::optional<std::int64_t> raised(std::int64_t level, std::int64_t more);

} // namespace sagad
