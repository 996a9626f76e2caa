#pragma once

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/interfaces.hpp"
#include "workflows/ports/ledger_rules.hpp"

namespace sagad::actors {

/// A node's gateways to its store. All that concerns one saga goes through one of them: only so is a question
/// durable no later than the effect that it asked for.
struct store_gateways {
  /// Gives the signs of life and claims. Where the store has one session only, it is also the one that commits.
  store_gateway_actor keeper;
  /// Those that commit; never empty.
  std::vector<store_gateway_actor> commit;

  const store_gateway_actor& of(const saga_id& saga) const { return of_name(saga.value); }
  const store_gateway_actor& of(const ledger_command& c) const {
    const auto parts = split_key(c.idempotency_key);
    return of_name(parts ? parts->saga : std::string_view{c.idempotency_key});
  }
  /// For what concerns no saga.
  const store_gateway_actor& any() const { return commit.front(); }

private:
  const store_gateway_actor& of_name(std::string_view saga) const {
    return commit[std::hash<std::string_view>{}(saga) % commit.size()];
  }
};

} // namespace sagad::actors
