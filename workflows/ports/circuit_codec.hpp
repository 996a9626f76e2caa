#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workflows/ports/participant_rules.hpp"

namespace sagad {

/// A node's circuits as a store keeps them, a JSON text:
///
///     [{"participant":"payment","state":"open","forced":"none","since":1793166480000,"why":"...","probe_at":...}]
///
/// Bytes that are no UTF-8 come out as U+FFFD.
std::string circuits_text(const std::vector<named_circuit>& circuits);
/// The way back. Only for people: what cannot be read is left out.
std::vector<named_circuit> circuits_in(std::string_view text);

} // namespace sagad
