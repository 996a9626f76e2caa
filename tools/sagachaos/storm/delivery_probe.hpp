#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "tools/sagachaos/storm/evidence.hpp"

namespace sagad::chaos::storm {

/// Asks the participant for deliveries, over the broker as the protocol has it (`probe`), what it remembers of each of
/// these orders. Blocks until all is answered; after `patience` it throws `std::runtime_error` with a sentence.
std::vector<remembered_delivery> ask_about_deliveries(const std::string& brokers,
                                                      const std::vector<stored_order>& orders,
                                                      std::chrono::milliseconds patience);

} // namespace sagad::chaos::storm
