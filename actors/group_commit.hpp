#pragma once

#include <cstddef>
#include <unordered_map>
#include <utility>
#include <vector>

#include <caf/typed_response_promise.hpp>

#include "actors/instant.hpp"
#include "actors/interfaces.hpp"

namespace sagad::actors {

using durable_promise = caf::typed_response_promise<recorded_durably>;

/// A saga's progress that is not durable yet, with the repairs that it is owed to, and who waits for it.
struct pending_update {
  saga_update update;
  std::vector<repair_outcome> repairs{};
  std::vector<durable_promise> waiting{};
};

/// What goes with no saga's progress, and who waits for it.
template <class Record>
struct pending_record {
  Record what;
  durable_promise waiting;
};

/// One transaction of the store, with those who wait for it.
struct transaction {
  batch work;
  std::vector<caf::typed_response_promise<submitted>> submitters{};
  std::vector<caf::typed_response_promise<ledger_answer>> askers{};
  /// Beside `work.updates`; their own `update` is moved there.
  std::vector<pending_update> updates{};
  /// The repairs that changed nothing: the last ones of `work.repair_outcomes`.
  std::vector<pending_record<repair_outcome>> unchanged{};
  /// Beside `work.dead_letters`, where their own letter is moved.
  std::vector<pending_record<dead_letter>> letters{};

  /// Once it is durable.
  void answer(batch_result& result);
  /// The facts that it made durable, and the sagas that left memory with it.
  durable_facts facts_of(batch_result& result) const;
};

/// What has gathered for the next transaction of a gateway.
class group_commit {
public:
  void add(checkout::submission asked, caf::typed_response_promise<submitted> submitter);
  void add(ledger_command asked, caf::typed_response_promise<ledger_answer> asker);
  /// Several transitions of one order collapse into one.
  pending_update& add(saga_update update);
  /// Its outcome stays with the saga's update, whatever that collapses with.
  void add(repaired r, durable_promise waiting);
  void add(dead_letter letter, durable_promise waiting) {
    dead_letters_.push_back({.what = std::move(letter), .waiting = std::move(waiting)});
  }
  /// Of one saga, the last one counts.
  void add(const publication& published, instant now);

  std::size_t size() const { return urgent() + publications_.size(); }
  bool is_due(instant now, milliseconds publications_linger) const {
    return urgent() > 0 || (!publications_.empty() && now >= published_since_ + publications_linger);
  }
  std::size_t updates() const { return updates_.size(); }

  /// Everything that has gathered, always: an order's progress reached us before the command that follows from it,
  /// and must not become durable after that command's effect (`transition::commit_first` says why).
  transaction take();

  /// Nothing of it is durable, as far as is known. Who asked may ask again; progress is kept until it is durable.
  void put_back(transaction& failed, const store_error& why);

  /// Nothing will become durable here any more: tells those who still wait.
  void break_promises();

private:
  std::size_t urgent() const {
    return submissions_.size() + commands_.size() + updates_.size() + unchanged_.size() + dead_letters_.size();
  }

  std::vector<checkout::submission> submissions_;
  std::vector<caf::typed_response_promise<submitted>> submitters_;
  std::vector<ledger_command> commands_;
  std::vector<caf::typed_response_promise<ledger_answer>> askers_;
  std::vector<pending_record<dead_letter>> dead_letters_;
  std::vector<pending_record<repair_outcome>> unchanged_;
  std::unordered_map<saga_id, pending_update> updates_;
  std::unordered_map<saga_id, std::uint64_t> publications_;
  /// Since when the first of them waits.
  instant published_since_{};
};

} // namespace sagad::actors
