#include "workflows/operations/stake.hpp"

#include <limits>

#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad::operations {

namespace {

bool moves_money(const saga_step& step) {
  return step.kind == step_kind::compensable && step.participant == checkout::participants::payment;
}

} // namespace

stake stake_of(const order_view& order, const saga_catalog& definitions) {
  const definition* known = definitions.find(order.now.definition, order.now.version);
  const bool readable = known != nullptr && fits(*known, order.now);
  stake found;
  for (std::size_t i = 0; i < order.now.steps.size(); ++i) {
    if (readable && !moves_money(known->steps[i]))
      continue;
    switch (order.now.steps[i].state) {
    case step_state::succeeded:
      found.charged = order.total;
      break;
    case step_state::asked:
    case step_state::in_doubt:
    case step_state::undoing:
      found.in_doubt = order.total;
      break;
    case step_state::pending:
    case step_state::refused:
    case step_state::undone:
      break;
    }
  }
  if (found.charged > 0)
    found.in_doubt = 0;
  return found;
}

checkout::money added(checkout::money sum, checkout::money amount) {
  checkout::money result = 0;
  return __builtin_add_overflow(sum, amount, &result) ? std::numeric_limits<checkout::money>::max() : result;
}

} // namespace sagad::operations
