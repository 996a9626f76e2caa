#pragma once

#include <memory>
#include <string>

#include "adapters/memory/memory_broker.hpp"
#include "workflows/ports/message_bus.hpp"

namespace sagad::memory {

/// A bus to a broker in memory. The listener must outlive it, and hears of something only while `broker::pump` runs
/// (or `close`, of its last fates). Nothing waits: `close` has no patience and needs none.
std::unique_ptr<message_bus> connect(std::shared_ptr<broker> to, std::string node, bus_listener& listener);

} // namespace sagad::memory
