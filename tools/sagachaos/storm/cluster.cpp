#include "tools/sagachaos/storm/cluster.hpp"

#include <functional>
#include <stdexcept>
#include <thread>
#include <utility>

#include "tools/common/store_url.hpp"
#include "tools/sagabench/need.hpp"
#include "tools/sagachaos/storm/interruption.hpp"
#include "tools/sagachaos/storm/known_orders.hpp"
#include "tools/sagachaos/storm/private_folder.hpp"
#include "tools/sagad/node_store.hpp"

namespace sagad::chaos::storm {

namespace {

using namespace std::chrono_literals;
using tools::need;

constexpr auto servers_up_within = 120s;
constexpr auto nodes_ready_within = 60s;
constexpr auto look_every = 50ms;

void wait_until(const std::function<bool()>& is_so, std::chrono::seconds patience,
                const std::function<std::string()>& complaint) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!is_so()) {
    interruption::check();
    if (std::chrono::steady_clock::now() > until)
      throw std::runtime_error{complaint()};
    std::this_thread::sleep_for(look_every);
  }
}

} // namespace

cluster::cluster(const scenario& s, const std::filesystem::path& folder, const std::filesystem::path& programs,
                 std::uint64_t seed) {
  const auto program = programs / "sagad";
  if (!std::filesystem::exists(program))
    throw std::runtime_error{"there is no " + program.string() + ": say with --programs where sagad is"};
  brokers_ = std::make_unique<rabbitmq_server>(folder / "rabbitmq", s.brokers, s.tls);
  brokers_->start(); // it takes the longest
  database_ = std::make_unique<postgres_server>(folder / "postgres", s.tls);
  database_->start();
  start_servers();
  open_shop(s);
  const auto nodes = folder / "nodes";
  std::filesystem::create_directory(nodes);
  add_sagads(s, nodes, program, seed);
  wait_ready();
}

void cluster::start_servers() {
  wait_until([&] { return database_->look_whether_up(); }, servers_up_within,
             [] { return std::string{"PostgreSQL did not come up"}; });
  wait_until([&] { return brokers_->look_whether_up(); }, servers_up_within,
             [&] {
               std::string words = "RabbitMQ did not come up:\n";
               for (const auto& node : brokers_->nodes())
                 words += node->last_words();
               return words;
             });
}

void cluster::open_shop(const scenario& s) {
  need(tools::migrate_store(need(tools::parse_store_url(database_->url()))));
  const auto office = open_office();
  const shop_goods goods = goods_for(s);
  for (const auto& shelf : goods.shelves) {
    need(office->set_price(shelf.item, shelf.price));
    if (shelf.units > 0)
      need(office->add_stock(shelf.item, shelf.units));
  }
  for (const customer_id& customer : goods.rich)
    need(office->credit(customer, goods.riches));
  for (const wallet& w : need(office->wallets()))
    balances_at_first_[w.customer.value] = w.balance;
  for (const stock_level& level : need(office->stock()))
    units_at_first_[level.item.value] = level.available;
}

checkout::money cluster::balance_at_first(const std::string& customer) const {
  const auto known = balances_at_first_.find(customer);
  return known == balances_at_first_.end() ? initial_credit : known->second;
}

checkout::quantity cluster::units_at_first(const std::string& item) const {
  const auto known = units_at_first_.find(item);
  return known == units_at_first_.end() ? 0 : known->second;
}

void cluster::add_sagads(const scenario& s, const std::filesystem::path& folder, const std::filesystem::path& program,
                         std::uint64_t seed) {
  sagad_place place{.program = program,
                    .folder = folder,
                    .name = {},
                    .roles = s.participant ? "orchestrator,payment,inventory" : "",
                    .config = s.node_config,
                    .tls = s.tls,
                    .broker_ports = {},
                    .store_port = database_->port()};
  for (const auto& node : brokers_->nodes())
    place.broker_ports.push_back(node->port_for_nodes());
  for (std::size_t i = 0; i < s.nodes; ++i) {
    place.name = "node-" + std::to_string(i + 1);
    nodes_.push_back(std::make_unique<sagad_process>(place, seed += 100));
  }
  if (!s.participant)
    return;
  place.name = "delivery";
  place.roles = "delivery";
  place.store_port = 0;
  participant_ = std::make_unique<sagad_process>(place, seed + 100);
  need(tools::migrate_store(need(tools::parse_store_url(participant_->store_url()))));
}

void cluster::wait_ready() {
  for (sagad_process* each : all_sagads())
    each->start();
  for (sagad_process* each : all_sagads())
    wait_until([each] { return each->is_ready() || !each->process().runs(); }, nodes_ready_within,
               [each] { return each->name() + " does not become ready:\n" + each->last_words(); });
  for (sagad_process* each : all_sagads())
    if (!each->process().runs())
      throw std::runtime_error{each->name() + " ended at its start:\n" + each->last_words()};
}

std::vector<sagad_process*> cluster::all_sagads() {
  std::vector<sagad_process*> all;
  for (const auto& node : nodes_)
    all.push_back(node.get());
  if (participant_)
    all.push_back(participant_.get());
  return all;
}

std::unique_ptr<back_office> cluster::open_office() const { return need(ctl::open_store(database_->url())); }

std::unique_ptr<back_office> cluster::open_participants_office() const {
  return need(ctl::open_store(participant_->store_url()));
}

} // namespace sagad::chaos::storm
