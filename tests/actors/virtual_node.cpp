#include "tests/actors/virtual_node.hpp"

#include <algorithm>
#include <utility>

#include <catch2/catch.hpp>

#include "tools/sagachaos/store_decorator.hpp"

namespace sagad::tests {

namespace {

/// One session as several: a store in memory has one only, and on virtual time nothing happens at the same time.
using shared_session = chaos::store_decorator;

std::shared_ptr<const saga_catalog> known_definitions(const shop_settings& settings) {
  auto catalog = std::make_shared<saga_catalog>();
  for (const definition* each : settings.knows)
    if (const auto added = catalog->add(*each, settings.steps); !added)
      FAIL(added.error());
  return catalog;
}

} // namespace

bool virtual_node::plays(std::string_view participant) const {
  return std::find(role_.plays.begin(), role_.plays.end(), participant) != role_.plays.end();
}

void virtual_node::open(const shop_settings& settings) {
  if (is_up())
    return;
  node_options options;
  options.name = role_.name;
  options.initial_credit = settings.initial_credit;
  options.allow_faults = settings.allow_faults;
  options.plays = role_.plays;
  options.publishes = broker_ != nullptr && role_.orchestrates;
  options.started_at = time_.now();
  options.begins = settings.begins;
  auto opened = memory::open_node(world_, options);
  if (!opened)
    FAIL(opened.error().detail);
  const std::shared_ptr<store> session = std::move(*opened);
  const auto& between = role_.orchestrates ? settings.between : settings.between_others;
  const auto decorated = [&](std::shared_ptr<store> each) { return between ? between(std::move(each)) : each; };
  const auto keeper = decorated(session);
  std::vector<std::shared_ptr<store>> gateways{keeper};
  if (settings.gateways > 1)
    gateways.clear();
  while (gateways.size() < settings.gateways)
    gateways.push_back(decorated(std::make_shared<shared_session>(session)));
  if (broker_) {
    bus_.ear = std::make_shared<actors::bus_ear>(time_.clock());
    bus_.bus = memory::connect(broker_, role_.name, *bus_.ear);
  }
  engine_ = std::make_unique<actors::engine>(
      time_.system(), actors::engine_config{.keeper = keeper,
                                            .gateways = gateways,
                                            .catalog = known_definitions(settings),
                                            .clock = time_.clock(),
                                            .limits = settings.limits,
                                            .watcher = settings.watcher,
                                            .allow_faults = settings.allow_faults,
                                            .orchestrates = role_.orchestrates,
                                            .plays = role_.plays,
                                            .bus = bus_,
                                            .open_office = office_for(settings),
                                            .node = role_.name,
                                            .store_has_thread = false,
                                            .on_store_lost = [this](const store_error&) { ++store_lost; },
                                            .on_drain_wanted = [this] { ++drain_wanted; },
                                            .on_broken = [this] { ++broken; }});
}

actors::open_office_fn virtual_node::office_for(const shop_settings& settings) const {
  if (!settings.auditing)
    return {};
  return [world = world_, &begins = *settings.begins, decorated = settings.auditing]() {
    return store_result<std::unique_ptr<back_office>>{decorated(memory::open_back_office(world, begins))};
  };
}

void virtual_node::crash() {
  if (engine_)
    engine_->abandon();
  engine_.reset();
  time_.settle();
  bus_ = {}; // what it had not acknowledged, the broker hands out again
  time_.settle();
}

} // namespace sagad::tests
