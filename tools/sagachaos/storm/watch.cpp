#include "tools/sagachaos/storm/watch.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "tools/common/wall_clock.hpp"
#include "tools/sagabench/need.hpp"

namespace sagad::chaos::storm {

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

constexpr auto look_every = 200ms;
/// One that nobody needs to fence: it ended some other way.
constexpr auto forgotten_after = 60s;

} // namespace

watch::watch(open_fn open, milliseconds audit_every)
    : open_(std::move(open)), audit_every_(audit_every), thread_([this] { work(); }) {}

void watch::killed(const std::string& node) {
  const std::scoped_lock lock{lock_};
  dead_.push_back({.name = node, .killed_at = tools::wall_clock(), .epoch = {}});
}

watch_report watch::report() const {
  const std::scoped_lock lock{lock_};
  return report_;
}

void watch::leave() {
  {
    const std::scoped_lock lock{lock_};
    leaves_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable())
    thread_.join();
}

void watch::work() {
  std::unique_ptr<back_office> office;
  auto audit_at = steady::now() + audit_every_;
  for (;;) {
    {
      std::unique_lock lock{lock_};
      if (changed_.wait_for(lock, look_every, [this] { return leaves_; }))
        return;
    }
    try {
      if (!office)
        office = open_();
      const bool audit = steady::now() >= audit_at;
      look(*office, audit);
      if (audit)
        audit_at = steady::now() + audit_every_;
    } catch (const std::exception&) {
      office.reset(); // the database is away
    }
  }
}

void watch::look(back_office& office, bool audit) {
  look_at_the_dead(office);
  if (!audit)
    return;
  const auto found = tools::need(office.audit(tools::wall_clock()));
  const std::scoped_lock lock{lock_};
  ++report_.audits;
  if (report_.findings.empty())
    report_.findings = found.findings;
}

void watch::look_at_the_dead(back_office& office) {
  {
    const std::scoped_lock lock{lock_};
    if (dead_.empty())
      return;
  }
  const auto status = tools::need(office.status(tools::wall_clock()));
  const moment now = tools::wall_clock();
  const std::scoped_lock lock{lock_};
  for (dead_node& dead : dead_)
    look_at(dead, status.nodes, now);
  std::erase_if(dead_, [](const dead_node& dead) { return dead.is_over; });
}

/// The killed incarnation is the last of that name that began before the kill.
void watch::look_at(dead_node& dead, const std::vector<node_view>& nodes, moment now) {
  for (const node_view& node : nodes) {
    const bool is_it =
        dead.epoch ? node.epoch == *dead.epoch : node.name == dead.name && node.started_at <= dead.killed_at;
    if (!is_it)
      continue;
    if (!node.holds_lease) {
      dead.is_over = true;
      if (dead.epoch) { // it was seen with its lease, dead
        const auto took = now - dead.killed_at;
        report_.takeover_max = std::max(report_.takeover_max.value_or(0ms), took);
        ++report_.takeovers;
      }
    }
    dead.epoch = node.epoch;
    break; // newest first
  }
  dead.is_over = dead.is_over || now - dead.killed_at > forgotten_after;
}

} // namespace sagad::chaos::storm
