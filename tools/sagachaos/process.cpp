#include "tools/sagachaos/process.hpp"

#include <stdexcept>
#include <utility>

#include "adapters/memory/memory_bus.hpp"
#include "adapters/memory/memory_store.hpp"
#include "tools/sagachaos/struck_store.hpp"

namespace sagad::chaos {

namespace {

/// Fewer looks at the clock than a real node's, and shorter patience: the same rules in less time.
actors::engine_limits brisk_limits() {
  actors::engine_limits l;
  l.rest_beyond = milliseconds{300}; // so that orders leave memory now and then
  l.tick_every = milliseconds{100};
  l.linger = milliseconds{250};
  l.publications_linger = milliseconds{250};
  l.look_every = milliseconds{250};
  l.sweep_every = milliseconds{500};
  l.bus_look_every = milliseconds{250};
  l.facts_linger = milliseconds{500};
  l.facts_sweep_every = milliseconds{500};
  l.facts_idle = milliseconds{1'000};
  return l;
}

} // namespace

process::process(virtual_time& time, process_config config, struck_bus::surroundings around)
    : time_(time), config_(std::move(config)), in_(around), world_(memory::make_world()) {}

process::~process() = default;

site process::here() const { return {.orchestrates = config_.orchestrates, .world = world_, .clock = time_.clock()}; }

// --- starting ------------------------------------------------------------------------------------------------

/// Takes the lease, whoever holds it: as another node does that has seen it silent.
std::shared_ptr<store> process::open_session() {
  {
    const std::lock_guard alone{world_->busy};
    world_->lease_is_held = false;
  }
  auto session = memory::open_node(world_, {.name = config_.name,
                                            .allow_faults = true,
                                            .plays = config_.plays,
                                            .publishes = config_.orchestrates,
                                            .started_at = time_.now(),
                                            .begins = config_.begins});
  if (!session)
    throw std::logic_error{session.error().detail};
  return std::move(*session);
}

void process::open() { start(open_session()); }

std::shared_ptr<store> process::struck(std::shared_ptr<store> session, const std::shared_ptr<incarnation>& life) {
  const auto with = [&](const go_between::store_fn& between, std::shared_ptr<store> target) {
    return between ? between(std::move(target), here()) : target;
  };
  std::shared_ptr<store> target = with(config_.between.behind_harness, std::move(session));
  const place where = config_.orchestrates ? place::commit : place::participant_commit;
  target = std::make_shared<struck_store>(std::move(target), life, where, world_, in_.run, in_.sees);
  target = with(config_.between.before_harness, std::move(target));
  return config_.scripted ? config_.scripted(std::move(target)) : target;
}

actors::bus_access process::connect(const std::shared_ptr<incarnation>& life) {
  actors::bus_access access;
  access.ear = std::make_shared<actors::bus_ear>(time_.clock());
  const go_between::connect_fn behind = [&](bus_listener& hears) {
    auto bus = std::make_unique<struck_bus>(hears, life, config_.orchestrates ? world_ : nullptr, in_);
    bus->connect_to(memory::connect(config_.broker, config_.name, *bus));
    return bus;
  };
  access.bus = config_.between.bus ? config_.between.bus(*access.ear, here(), behind) : behind(*access.ear);
  return access;
}

void process::start(const std::shared_ptr<store>& session) {
  ++starts_;
  in_.run.tell("node", [&] { return config_.name + " starts, incarnation " + std::to_string(starts_); });
  life_of_it life{.life = std::make_shared<incarnation>(), .bus = {}};
  const auto of = life.life;
  of->lose_lease = [this, of = std::weak_ptr{of}] {
    of.lock()->is_fenced = true;
    successor_ = open_session();
  };
  life.bus = connect(of);
  const auto target = struck(session, of);
  const auto give_up = [of] { of->has_given_up = true; };
  life.engine = std::make_unique<actors::engine>(
      time_.system(), actors::engine_config{.keeper = target,
                                            .gateways = {target},
                                            .catalog = config_.catalog,
                                            .clock = time_.clock(),
                                            .limits = brisk_limits(),
                                            .allow_faults = true,
                                            .orchestrates = config_.orchestrates,
                                            .plays = config_.plays,
                                            .bus = life.bus,
                                            .store_has_thread = false,
                                            .on_store_lost = [give_up](const store_error&) { give_up(); },
                                            .on_broken = give_up});
  now_ = std::move(life);
}

// --- dying ---------------------------------------------------------------------------------------------------

void process::bury(life_of_it gone) {
  gone.life->is_dead = true;
  gone.engine->abandon();
  gone.engine.reset();
  going_.push_back(std::move(gone));
}

std::size_t process::see_to_the_fenced() {
  std::size_t done = 0;
  for (auto each = fenced_.begin(); each != fenced_.end();) {
    const bool over = each->life->has_given_up || time_.now() >= each->fenced_at + fenced_life_max;
    if (!over) {
      ++each;
      continue;
    }
    in_.run.tell("node", [&] { return "the incarnation of " + config_.name + " that lost its lease stops"; });
    bury(std::move(*each));
    each = fenced_.erase(each);
    ++done;
  }
  return done;
}

std::size_t process::tend() {
  const std::size_t gone = std::exchange(going_, {}).size();
  std::size_t done = gone + see_to_the_fenced();
  if (successor_) { // the one that lost its lease lives on beside it
    if (now_) {
      now_->fenced_at = time_.now();
      fenced_.push_back(std::move(*now_));
    }
    start(std::exchange(successor_, {}));
    return done + 1;
  }
  if (now_ && (now_->life->is_dead || now_->life->has_given_up)) {
    in_.run.tell("node", [&] { return config_.name + (now_->life->is_dead ? " is dead" : " stops by itself"); });
    bury(std::move(*now_));
    now_.reset();
    start_at_ = time_.now() + restart_pause;
    return done + 1;
  }
  if (!now_ && start_at_ && time_.now() >= *start_at_) {
    start_at_.reset();
    open();
    ++done;
  }
  return done;
}

void process::end() {
  start_at_.reset();
  successor_.reset();
  for (life_of_it& each : fenced_)
    bury(std::move(each));
  fenced_.clear();
  if (now_)
    bury(std::move(*now_));
  now_.reset();
}

} // namespace sagad::chaos
