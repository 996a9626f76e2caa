#pragma once

#include <string_view>

#include "workflows/saga_machine.hpp"

namespace sagad::tests {

/// The promises that each single transition keeps, whatever happened before it. Empty when all are kept,
/// otherwise a sentence that says which one is not.
std::string_view broken_rule(const definition& def, const saga& before, const event& happened, const transition& t);

/// Where the pivot stands, or the number of steps when there is none.
std::size_t pivot_of(const definition& def);

} // namespace sagad::tests
