#include "adapters/memory/memory_store.hpp"

#include <chrono>

#include "adapters/memory/node_session.hpp"
#include "adapters/memory/office_session.hpp"

namespace sagad::memory {

namespace {

moment machine_time() { return std::chrono::floor<milliseconds>(std::chrono::system_clock::now()); }

} // namespace

store_result<std::unique_ptr<store>> open_node(std::shared_ptr<world> in, const node_options& options) {
  const std::lock_guard alone{in->busy};
  if (in->lease_is_held)
    return tl::unexpected{store_error{store_error::kind::unavailable, "the store in memory is in use by " +
                                                                          in->nodes.back().options.name +
                                                                          "; it serves one node at a time"}};
  return std::make_unique<node_session>(in, options, options.started_at.value_or(machine_time()));
}

std::unique_ptr<back_office> open_back_office(std::shared_ptr<world> in, const definition& begins) {
  return std::make_unique<office_session>(std::move(in), begins);
}

} // namespace sagad::memory
