#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tools/sagachaos/storm/postgres_server.hpp"
#include "tools/sagachaos/storm/rabbitmq_server.hpp"
#include "tools/sagachaos/storm/sagad_process.hpp"
#include "tools/sagachaos/storm/scenario.hpp"
#include "workflows/ports/back_office.hpp"

namespace sagad::chaos::storm {

/// A shop on servers of its own: database, brokers, nodes, and perhaps a participant. Everything ends with it. Belongs
/// to the thread that makes it, which must live as long. Throws `std::runtime_error` with a sentence, or `interrupted`.
class cluster {
public:
  /// Starts everything, fills shelves and purses, and waits until all of it serves. `programs` has sagad.
  cluster(const scenario& s, const std::filesystem::path& folder, const std::filesystem::path& programs,
          std::uint64_t seed);

  postgres_server& database() { return *database_; }
  rabbitmq_server& brokers() { return *brokers_; }
  std::vector<std::unique_ptr<sagad_process>>& nodes() { return nodes_; }
  /// Nothing when the nodes play all.
  sagad_process* participant() { return participant_.get(); }
  /// All that are sagad: the nodes, then the participant.
  std::vector<sagad_process*> all_sagads();

  /// What the customer, and the item's shelf, had before the first order.
  checkout::money balance_at_first(const std::string& customer) const;
  checkout::quantity units_at_first(const std::string& item) const;

  /// A session past every gate, to be used by one thread. Throws while the database is away.
  std::unique_ptr<back_office> open_office() const;
  /// Of the participant's own store.
  std::unique_ptr<back_office> open_participants_office() const;

private:
  void start_servers();
  void open_shop(const scenario& s);
  void add_sagads(const scenario& s, const std::filesystem::path& folder, const std::filesystem::path& program,
                  std::uint64_t seed);
  void wait_ready();

  std::unique_ptr<postgres_server> database_;
  std::unique_ptr<rabbitmq_server> brokers_;
  std::vector<std::unique_ptr<sagad_process>> nodes_;
  std::unique_ptr<sagad_process> participant_;
  std::map<std::string, checkout::money> balances_at_first_;
  std::map<std::string, checkout::quantity> units_at_first_;
};

} // namespace sagad::chaos::storm
