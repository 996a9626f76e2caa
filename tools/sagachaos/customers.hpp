#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <caf/actor.hpp>

#include "adapters/memory/memory_broker.hpp"
#include "tools/sagachaos/journey.hpp"
#include "tools/sagachaos/process.hpp"
#include "tools/sagachaos/scenario.hpp"

namespace sagad::chaos {

/// Those outside who want something: submitters who insist until they are answered, a customer who cancels, a person
/// who resumes what is held. Whom they ask may die before it answers; then they ask again.
class customers {
public:
  customers(const scenario& tells, memory::broker& broker, process& node, virtual_time& time, journey& run);

  /// Looks for answers and asks what is to be asked by now.
  void attend();
  /// Asks the node to resume it; again when that was lost.
  void resume(const order_id& id);
  bool are_all_answered() const;
  bool is_accepted(const order_id& id) const { return answered_.contains(id.value) && answered_.at(id.value); }
  /// Told at least once that it is refused.
  bool is_refused(const order_id& id) const { return refused_.contains(id.value); }
  /// The cancellation of that order was granted, and told to be.
  bool is_cancelled(const order_id& id) const;
  void end();

private:
  struct pending_wish {
    order_id order;
    event::kind what = event::kind::cancel;
    milliseconds due{0};
    /// Of the incarnation that was asked; zero: nobody was.
    int asked_start = 0;
    std::optional<verdict> got{};
    bool is_over = false;
  };

  void submit_what_is_unanswered();
  void hear_answers();
  void ask(const std::shared_ptr<pending_wish>& w);

  const scenario& tells_;
  memory::broker& broker_;
  process& node_;
  virtual_time& time_;
  journey& run_;
  /// By order: accepted or not, as last told.
  std::map<std::string, bool> answered_;
  std::set<std::string> refused_;
  std::map<std::string, milliseconds> submit_again_at_;
  std::vector<std::shared_ptr<pending_wish>> wishes_;
  std::vector<caf::actor> askers_;
};

/// Where the harness hears all events.
inline constexpr std::string_view events_queue = "chaos.events";
/// What is sold, and for how much.
inline constexpr std::string_view unit_sold = "token";
inline constexpr checkout::money unit_price = 50;

} // namespace sagad::chaos
