#include "actors/bus_ear.hpp"

#include <utility>

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

namespace sagad::actors {

namespace {
/// The high bits of a token tell whose it is.
constexpr unsigned publisher_shift = 48;
} // namespace

std::uint64_t bus_ear::add_publisher(const bus_publisher& who) {
  const std::lock_guard alone{lock_};
  publishers_.push_back(who);
  return static_cast<std::uint64_t>(publishers_.size() - 1) << publisher_shift;
}

void bus_ear::add_consumer(const std::string& queue, const bus_consumer& who) {
  const std::lock_guard alone{lock_};
  consumers_.insert_or_assign(queue, who);
}

void bus_ear::add_watcher(const connection_watcher& who) {
  const std::lock_guard alone{lock_};
  connection_watchers_.push_back(who);
  caf::anon_send(who, bus_connection{problem_});
}

void bus_ear::set_watcher(const consumers_watcher& who) {
  const std::lock_guard alone{lock_};
  consumers_watcher_ = who;
}

void bus_ear::hang_up() {
  const std::lock_guard alone{lock_};
  publishers_.clear();
  consumers_.clear();
  connection_watchers_.clear();
  consumers_watcher_ = nullptr;
}

std::string bus_ear::state() const {
  const std::lock_guard alone{lock_};
  return problem_.empty() ? "connected" : "not connected since " + to_rfc3339(changed_at_) + ": " + problem_;
}

void bus_ear::on_message(incoming_message m) {
  const std::lock_guard alone{lock_};
  if (const auto who = consumers_.find(m.queue); who != consumers_.end())
    caf::anon_send(who->second, std::move(m));
}

void bus_ear::on_settled(std::vector<settled_message> settled) {
  const std::lock_guard alone{lock_};
  std::vector<settled_messages> told(publishers_.size());
  for (const settled_message& each : settled)
    if (const std::size_t whose = each.token >> publisher_shift; whose < told.size())
      told[whose].settled.push_back(each);
  for (std::size_t i = 0; i < told.size(); ++i)
    if (!told[i].settled.empty())
      caf::anon_send(publishers_[i], std::move(told[i]));
}

void bus_ear::on_consumers(const std::string& queue, std::size_t count) {
  const std::lock_guard alone{lock_};
  if (consumers_watcher_)
    caf::anon_send(consumers_watcher_, seen_consumers{queue, count});
}

void bus_ear::on_connection(const std::string& problem) {
  const std::lock_guard alone{lock_};
  const bool is_first = !std::exchange(told_, true);
  if (is_first || problem.empty() != problem_.empty()) {
    changed_at_ = clock_();
    if (problem.empty())
      spdlog::info("connected to the broker");
    else
      spdlog::error("the broker is away: {}; the node goes on without it and keeps trying", problem);
  }
  problem_ = problem;
  for (const connection_watcher& each : connection_watchers_)
    caf::anon_send(each, bus_connection{problem});
}

} // namespace sagad::actors
