#pragma once

#include <map>
#include <string>
#include <vector>

#include "adapters/memory/world.hpp"
#include "tools/sagachaos/customers.hpp"
#include "tools/sagachaos/journey.hpp"
#include "tools/sagachaos/scenario.hpp"
#include "workflows/saga_definition.hpp"

namespace sagad::chaos {

/// All that is left when a run is over.
struct final_state {
  const scenario& told;
  const definition& saga;
  /// Where the orders are.
  const memory::world& orders;
  /// Where the effects are: the same, or the participants' own.
  const memory::world& effects;
  /// What the recording participants remember; none where there are others.
  const std::map<std::string, remembered>* recorded = nullptr;
  /// As listeners got them.
  std::vector<incoming_message> events;
  const customers& outside;
};

/// Holds the end of a run to every promise.
void check_everything(const final_state& at_the_end, journey& run);

} // namespace sagad::chaos
