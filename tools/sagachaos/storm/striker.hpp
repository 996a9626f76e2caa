#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tools/sagachaos/storm/cluster.hpp"
#include "tools/sagachaos/storm/evidence.hpp"
#include "tools/sagachaos/storm/plan.hpp"
#include "tools/sagachaos/storm/recovery.hpp"
#include "tools/sagachaos/storm/timeline.hpp"
#include "tools/sagachaos/storm/watch.hpp"

namespace sagad::chaos::storm {

/// Does to a cluster what was planned, and mends it again; starts again whatever ended by itself, as a service manager
/// would. Belongs to the cluster's thread. Nothing waits, save for the moment that a killed database needs to be gone.
class striker {
public:
  /// They must outlive it.
  striker(cluster& on, watch& observer, timeline& notes);

  /// False, and nothing is done, when that has not recovered from its last fault.
  bool strike(const planned_fault& fault);
  /// Mends what is due. Call it often.
  void tend();
  /// From now on everything is due.
  void mend_all();
  bool all_well() const { return wounds_.empty(); }
  /// Who has not recovered yet, for people.
  std::string still_wounded() const;

  /// How often each fault struck, by its words.
  const std::map<std::string, std::size_t>& struck() const { return struck_; }
  std::size_t struck_count() const { return struck_count_; }
  std::size_t missed_count() const { return missed_count_; }
  /// Of those whose fault is over.
  const std::vector<fault_end>& ends() const { return ends_; }
  /// How often something ended by itself, for it was fenced, say, and was started again.
  std::size_t restarts() const { return restarts_; }
  /// Looks for what sanitizers wrote into the logs.
  void look_at_logs();
  /// Who ended as a sagad must not, did not leave when it was told to, or was reported by a sanitizer.
  const std::vector<accusation>& accusations() const { return accusations_; }
  std::size_t bits_turned();

private:
  using clock = std::chrono::steady_clock;

  struct wound {
    planned_fault fault;
    clock::time_point heal_at{};
    std::function<void()> heal;
    /// Asked after `heal`, until it says so.
    std::function<bool()> is_well = [] { return true; };
    bool heals = false;
  };

  std::string victim_of(const planned_fault& fault);
  wound hurt(const planned_fault& fault);
  wound hurt_sagad(sagad_process& victim, const planned_fault& fault);
  wound drain(sagad_process& victim, const planned_fault& fault);
  wound hurt_broker(const planned_fault& fault);
  wound hurt_database(const planned_fault& fault);
  wound hurt_link(std::vector<tcp_gate*> gates, const planned_fault& fault);
  std::vector<tcp_gate*> broker_gates(std::size_t which);
  sagad_process& sagad_at(std::size_t which);
  bool mend(const std::string& victim, wound& w);
  void start_again_what_ended();
  void kill(sagad_process& victim);
  void judge_end(sagad_process& ended, bool was_told_to_leave);
  void look_at_log(sagad_process& whose);

  cluster& on_;
  watch& watch_;
  timeline& notes_;
  std::map<std::string, wound> wounds_;
  /// Those that ended by themselves and were judged, until they run again.
  std::map<std::string, clock::time_point> fell_at_;
  std::vector<accusation> accusations_;
  std::map<std::string, std::size_t> struck_;
  std::size_t struck_count_ = 0;
  std::size_t missed_count_ = 0;
  std::size_t restarts_ = 0;
  std::vector<fault_end> ends_;
};

/// `kill node`, `slow broker-link`.
std::string words_of(const fault_rule& rule);

} // namespace sagad::chaos::storm
