#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/engine.hpp"
#include "adapters/memory/memory_bus.hpp"
#include "adapters/memory/memory_store.hpp"
#include "tests/actors/shop_on_virtual_time.hpp"
#include "tools/sagachaos/virtual_time.hpp"

namespace sagad::tests {

using chaos::virtual_time;

/// One node of a shop, with a store of its own: an engine that can be started and killed.
class virtual_node {
public:
  /// No broker: it is alone.
  virtual_node(virtual_time& time, node_role role, std::shared_ptr<memory::broker> broker)
      : time_(time), role_(std::move(role)), broker_(std::move(broker)) {}

  /// A new incarnation on the same store.
  void open(const shop_settings& settings);
  /// Every actor dies as it stands, once everything has settled; what is durable stays.
  void crash();
  bool is_up() const { return engine_ != nullptr; }

  const node_role& role() const { return role_; }
  actors::engine& engine() { return *engine_; }
  std::shared_ptr<message_bus> bus() const { return bus_.bus; }
  /// For the next `open`.
  std::shared_ptr<memory::world>& world() { return world_; }
  bool plays(std::string_view participant) const;

  int store_lost = 0;
  int broken = 0;
  int drain_wanted = 0;

private:
  actors::open_office_fn office_for(const shop_settings& settings) const;

  virtual_time& time_;
  node_role role_;
  std::shared_ptr<memory::broker> broker_;
  std::shared_ptr<memory::world> world_ = memory::make_world();
  actors::bus_access bus_;
  std::unique_ptr<actors::engine> engine_;
};

} // namespace sagad::tests
