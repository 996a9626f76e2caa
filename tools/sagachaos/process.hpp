#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/engine.hpp"
#include "adapters/memory/memory_broker.hpp"
#include "tools/sagachaos/incarnation.hpp"
#include "tools/sagachaos/struck_bus.hpp"
#include "tools/sagachaos/subject.hpp"
#include "tools/sagachaos/virtual_time.hpp"
#include "workflows/ports/node_options.hpp"
#include "workflows/saga_catalog.hpp"

namespace sagad::chaos {

/// How long whoever watches over processes takes to start one again.
inline constexpr milliseconds restart_pause{200};
/// For how long at most an incarnation lives on that has lost its lease and does not notice.
inline constexpr milliseconds fenced_life_max{3'000};

struct process_config {
  /// `node` or `participants`.
  std::string name;
  bool orchestrates = true;
  /// The participants that are played in it.
  std::vector<std::string> plays{};
  /// What its orders begin.
  const definition* begins = nullptr;
  std::shared_ptr<const saga_catalog> catalog{};
  std::shared_ptr<memory::broker> broker{};
  /// Stands between the engine and the harness: gives the orders what their scenario says.
  std::function<std::shared_ptr<store>(std::shared_ptr<store>)> scripted{};
  go_between between{};
};

/// A node with a store of its own, that dies, loses its lease, and is started again. A crash takes effect between two
/// messages: until then the dead incarnation runs on, cut off from everything.
class process {
public:
  process(virtual_time& time, process_config config, struck_bus::surroundings around);
  ~process();
  process(const process&) = delete;
  process& operator=(const process&) = delete;

  void open();
  /// Sees to deaths and starts; says how much there was to do.
  std::size_t tend();
  /// Everything goes, for good. The caller settles afterwards, and then forgets it.
  void end();

  bool is_up() const { return now_.has_value() && !now_->life->is_dead; }
  /// Up, and the only one of its name.
  bool is_at_peace() const { return is_up() && fenced_.empty(); }
  /// Which start it is, from 1.
  int start_number() const { return starts_; }
  const actors::engine& engine() const { return *now_->engine; }
  const std::shared_ptr<memory::world>& world() const { return world_; }

private:
  struct life_of_it {
    std::shared_ptr<incarnation> life;
    actors::bus_access bus;
    std::unique_ptr<actors::engine> engine{};
    moment fenced_at{};
  };

  std::shared_ptr<store> open_session();
  void start(const std::shared_ptr<store>& session);
  std::shared_ptr<store> struck(std::shared_ptr<store> session, const std::shared_ptr<incarnation>& life);
  actors::bus_access connect(const std::shared_ptr<incarnation>& life);
  void bury(life_of_it gone);
  std::size_t see_to_the_fenced();
  site here() const;

  virtual_time& time_;
  process_config config_;
  struck_bus::surroundings in_;
  std::shared_ptr<memory::world> world_;
  std::optional<life_of_it> now_;
  /// Lost their lease and live on.
  std::vector<life_of_it> fenced_;
  /// Told to go; their connection must outlive their actors.
  std::vector<life_of_it> going_;
  /// Has taken the lease, and is to be started at once.
  std::shared_ptr<store> successor_;
  std::optional<moment> start_at_;
  int starts_ = 0;
};

} // namespace sagad::chaos
