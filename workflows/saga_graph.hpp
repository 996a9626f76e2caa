#pragma once

#include <string>

#include "workflows/saga_definition.hpp"

namespace sagad {

/// Draws a definition as a Mermaid flowchart: the steps in order, a thick line from the pivot on, and with dotted
/// lines what a refusal, doubt or a cancellation leads to. The same definition, the same text. `def` must be
/// well-formed.
std::string to_mermaid(const definition& def);

} // namespace sagad
