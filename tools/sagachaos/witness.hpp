#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "adapters/memory/world.hpp"
#include "tools/sagachaos/journey.hpp"
#include "workflows/ports/message_bus.hpp"
#include "workflows/ports/store.hpp"

namespace sagad::chaos {

/// Watches what becomes durable and what is told to the outside, and says at once what must not be.
class witness {
public:
  explicit witness(journey& run) : run_(run) {}

  /// A transaction that the store says is durable.
  void saw_commit(const batch& work, const batch_result& result, const memory::world& holds, bool was_fenced);
  /// What a participant answered, once that is durable.
  void saw_answer(const ledger_command& asked, const ledger_answer& answer);
  /// A submitter is about to be told.
  void saw_acceptance(const std::string& body, const memory::world& orders);
  /// The broker is about to be told that it may forget a submission.
  void saw_acknowledgement(const std::string& submission, const memory::world& orders);
  /// An event is about to be published.
  void saw_event(const outgoing_message& event, const memory::world& orders);

private:
  void check_conservation(const memory::world& holds);

  journey& run_;
  /// The keys whose undo has succeeded: what is asked of them from then on must not.
  std::set<std::string> undone_;
  /// What the store said of submissions that it accepted: the order, and whether it had been accepted before.
  std::set<std::pair<std::string, bool>> accepted_;
  /// The orders whose submitters were told that they are refused.
  std::set<std::string> refused_;
};

/// `charge-payment do`, `o-1 running at reserve-inventory`, ...: what a transaction holds, for people.
std::string text_of(const batch& work);

} // namespace sagad::chaos
