#pragma once

#include <string>
#include <vector>

#include "tools/sagachaos/storm/cluster.hpp"
#include "tools/sagachaos/storm/storm_run.hpp"

namespace sagad::chaos::storm {

/// Asks everybody after a storm, and lets the judge decide. Belongs to the cluster's thread.
class inquiry {
public:
  /// What is found goes into the report. Both must outlive it. `s` is what was to happen.
  inquiry(cluster& where, const scenario& s, storm_report& to)
      : cluster_(where), given_up_percent_max_(s.given_up_percent_max), report_(to) {}

  /// Reads every order with its history, every wallet and shelf, and the participant's memory. After a storm that was
  /// broken off it asks nobody: what was found until then is enough. Throws `std::runtime_error` when somebody does not
  /// answer.
  void into(std::vector<promise> promises, event_book heard);

  /// When each order ended.
  const std::vector<moment>& order_ends() const { return order_ends_; }

private:
  void read_orders(back_office& office, evidence& to);
  void read_books(back_office& office, evidence& to);
  void audit(back_office& office, const std::string& whose);

  cluster& cluster_;
  std::size_t given_up_percent_max_;
  storm_report& report_;
  std::vector<moment> order_ends_;
  std::vector<accusation> accusations_;
};

} // namespace sagad::chaos::storm
