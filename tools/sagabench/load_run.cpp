#include "tools/sagabench/load_run.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <unistd.h>

#include "actors/engine.hpp"
#include "tools/common/engine_threads.hpp"
#include "tools/common/wall_clock.hpp"
#include "workflows/checkout/checkout_saga.hpp"

namespace sagad::tools {

namespace {

using steady = std::chrono::steady_clock;

/// Notes when each order began and ended, by the number in its id.
class stopwatch : public telemetry {
public:
  explicit stopwatch(std::size_t orders) : began_(orders), took_(orders) {}

  void begin(std::size_t index) { began_[index] = steady::now(); }

  void order_ended(const saga& s) noexcept override {
    std::size_t index = 0;
    const std::string& id = s.order.value;
    std::from_chars(id.data() + id.rfind('-') + 1, id.data() + id.size(), index);
    took_[index] = steady::now() - began_[index];
    if (s.state == saga_state::completed)
      completed_.fetch_add(1, std::memory_order_relaxed);
    {
      const std::lock_guard lock{mutex_};
      ++ended_;
    }
    ended_one_.notify_one();
  }

  void batch_committed(std::size_t items, std::chrono::microseconds) noexcept override {
    commits_.fetch_add(1, std::memory_order_relaxed);
    items_.fetch_add(items, std::memory_order_relaxed);
  }

  void wait_until_ended(std::size_t count) {
    std::unique_lock lock{mutex_};
    ended_one_.wait(lock, [&] { return ended_ >= count; });
  }

  load_figures figures(double seconds) {
    std::sort(took_.begin(), took_.end());
    const auto percentile_ms = [&](double share) {
      const auto index = static_cast<std::size_t>(share * static_cast<double>(took_.size() - 1));
      return std::chrono::duration<double, std::milli>(took_[index]).count();
    };
    const auto orders = static_cast<double>(took_.size());
    const auto commits = static_cast<double>(commits_.load());
    return {.orders = took_.size(),
            .completed = completed_.load(),
            .seconds = seconds,
            .orders_per_s = orders / seconds,
            .p50_ms = percentile_ms(0.50),
            .p99_ms = percentile_ms(0.99),
            .commits_per_order = commits / orders,
            .items_per_commit = static_cast<double>(items_.load()) / std::max(commits, 1.0)};
  }

private:
  std::vector<steady::time_point> began_;
  std::vector<steady::duration> took_;
  std::atomic<std::size_t> completed_{0};
  std::atomic<std::size_t> commits_{0};
  std::atomic<std::size_t> items_{0};
  std::mutex mutex_;
  std::condition_variable ended_one_;
  std::size_t ended_ = 0;
};

std::shared_ptr<const saga_catalog> catalog_with(const settings_by_step& settings) {
  auto catalog = std::make_shared<saga_catalog>();
  if (const auto added = catalog->add(checkout::checkout_saga, settings); !added)
    throw std::logic_error{added.error()};
  return catalog;
}

double resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// Submits, and insists: an order that was turned away because the node is full is submitted again.
void submit(caf::scoped_actor& self, const actors::engine& engine, const checkout::submission& order) {
  bool settled = false;
  while (!settled)
    self->request(engine.orders(), caf::infinite, order)
        .receive(
            [&](const acceptance& a) {
              settled = a.accepted;
              if (!settled && a.error->code != "BUSY")
                throw std::runtime_error{"order " + order.order.value + " was refused: " + a.error->message};
            },
            [&](const caf::error& why) { throw std::runtime_error{self->system().render(why)}; });
}

} // namespace

load_figures run_load(node_store target, const load_options& options) {
  engine_threads config;
  caf::actor_system system{config};
  auto watch = std::make_shared<stopwatch>(options.orders);
  actors::engine_limits limits;
  limits.open_orders_max = 2 * options.in_flight; // those that ended may still be leaving memory
  actors::engine engine{system,
                        {.keeper = std::move(target.keeper),
                         .gateways = std::move(target.gateways),
                         .catalog = catalog_with({}),
                         .clock = wall_clock,
                         .limits = limits,
                         .watcher = watch}};
  order_mix mix{options.mix};
  std::vector<checkout::submission> orders;
  orders.reserve(options.orders);
  for (std::size_t i = 0; i < options.orders; ++i)
    orders.push_back(mix.next(options.prefix, i));

  const auto began = steady::now();
  for (std::size_t i = 0; i < orders.size(); ++i) {
    if (i >= options.in_flight)
      watch->wait_until_ended(i - options.in_flight + 1);
    watch->begin(i);
    caf::anon_send(engine.orders(), std::move(orders[i]));
  }
  watch->wait_until_ended(options.orders);
  const std::chrono::duration<double> took = steady::now() - began;
  engine.shut_down(milliseconds{1'000});
  return watch->figures(took.count());
}

double bytes_per_open_order(node_store target, std::size_t orders, const mix_options& mix_options) {
  engine_threads config;
  caf::actor_system system{config};
  const step_settings patient{.reply_timeout = std::chrono::hours{1},
                              .attempts = {},
                              .backoff_initial = {},
                              .backoff_max = {},
                              .total_timeout = {}};
  actors::engine_limits limits;
  limits.open_orders_max = 2 * orders;
  actors::engine engine{system,
                        {.keeper = std::move(target.keeper),
                         .gateways = std::move(target.gateways),
                         .catalog = catalog_with({{"charge-payment", patient}}),
                         .clock = wall_clock,
                         .limits = limits,
                         .allow_faults = true}};
  caf::scoped_actor self{system};
  order_mix mix{mix_options};
  const auto open_one = [&](std::size_t index) {
    checkout::submission order = mix.next("open", index);
    order.faults = {{.step = "charge-payment", .kind = fault_kind::stall}};
    submit(self, engine, order);
  };
  for (std::size_t i = 0; i < orders / 10; ++i) // so that what is allocated once is allocated
    open_one(i);
  const double before = resident_bytes();
  for (std::size_t i = 0; i < orders; ++i)
    open_one(orders + i);
  const double grown = resident_bytes() - before;
  engine.shut_down(milliseconds{0});
  return grown / static_cast<double>(orders);
}

} // namespace sagad::tools
