#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "workflows/checkout/order.hpp"
#include "workflows/ports/ledger.hpp"
#include "workflows/refusal.hpp"
#include "workflows/saga.hpp"

namespace sagad {

/// Why a store could not do what it was asked. `detail` is for people and names no secret.
struct store_error {
  enum class kind : std::uint8_t {
    unavailable, // nothing was done; try again later (busy, full disk, read-only, lost connection)
    in_doubt,    // the commit's answer got lost: ask again, every request is idempotent
    fenced,      // another incarnation owns the store: stop; nothing was done and nothing ever will be
    corrupt,     // the store is damaged or not ours; nothing was done
    schema       // the schema is older or newer than this program
  } what = kind::unavailable;
  std::string detail;
};
std::string_view to_string(store_error::kind k);

template <class T>
using store_result = tl::expected<T, store_error>;

/// What was decided about one submission.
struct acceptance {
  order_id order;
  bool accepted = false;
  /// True when the same order had been accepted before.
  bool duplicate = false;
  /// Set when it was not accepted.
  std::optional<refusal> error;
  /// True when the answer shall get lost on its way (an injected fault).
  bool unanswered = false;
};

/// A saga with what it was started with.
struct stored_saga {
  saga now;
  json input;
};

/// Progress to be recorded: where a saga stands and the facts that led there.
struct saga_update {
  saga after;
  std::vector<fact> facts;
  /// True when its actor leaves memory: from its wake-up time on, `claim` hands it out again.
  bool rests = false;
};

/// What could not be understood or delivered, kept with its reason.
struct dead_letter {
  std::string source;
  std::string reason;
  std::string body;
  moment at{};
};

/// Everything that becomes durable together. Within a batch: at most one update per saga; submissions take
/// effect first, then commands, then updates, each in the order given.
struct batch {
  std::vector<checkout::submission> submissions;
  std::vector<ledger_command> commands;
  std::vector<saga_update> updates;
  std::vector<dead_letter> dead_letters;

  bool empty() const { return submissions.empty() && commands.empty() && updates.empty() && dead_letters.empty(); }
};

/// One answer per submission and per command, in the order given. `begun` holds the sagas of the submissions
/// that were new; they belong to the node that committed them.
struct batch_result {
  std::vector<acceptance> acceptances;
  std::vector<stored_saga> begun;
  std::vector<ledger_answer> answers;
};

/// The journal of sagas and the participants' ledgers of one node, behind one connection.
///
/// Calls block. An instance belongs to one thread at a time and holds no locks; nothing is kept of what is
/// passed in. Errors are values; a failed call changed nothing, save `in_doubt`. tests/contracts/ holds every
/// implementation to the same answers.
class store {
public:
  virtual ~store() = default;

  /// Commits the batch, all or nothing, durable when it returns.
  virtual store_result<batch_result> commit(const batch& work, moment now) = 0;

  /// Takes up to `count_max` unfinished sagas that nobody drives and whose time has come by `due`, oldest
  /// first: they belong to this node until they end, rest, or the node does.
  virtual store_result<std::vector<stored_saga>> claim(std::size_t count_max, moment due) = 0;

  /// The saga as of its last commit, whoever owns it, whatever its state; none when there is none.
  virtual store_result<std::optional<stored_saga>> load(const saga_id& id) = 0;

  /// True when another connection may have brought work since the last call; cheap enough to ask often.
  virtual store_result<bool> changed_by_others() = 0;

  /// A sign of life, and the last one when `leaving`.
  virtual store_result<void> beat(moment now, bool leaving) = 0;
};

} // namespace sagad
