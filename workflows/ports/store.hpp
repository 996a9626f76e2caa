#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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
    forbidden,   // the store does not let this user do it; nothing was done
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
  /// Of a claimed saga, where the node publishes: its facts that nobody is known to have published, in order.
  std::vector<fact> unpublished{};
};

/// The broker has the saga's facts up to and with this sequence.
struct publication {
  saga_id saga;
  std::uint64_t up_to = 0;
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
/// effect first, then commands, then updates, then publications, each in the order given.
struct batch {
  std::vector<checkout::submission> submissions;
  std::vector<ledger_command> commands;
  std::vector<saga_update> updates;
  std::vector<publication> publications;
  std::vector<dead_letter> dead_letters;

  bool empty() const {
    return submissions.empty() && commands.empty() && updates.empty() && publications.empty() && dead_letters.empty();
  }
};

/// One answer per submission and per command, in the order given. `begun` holds the sagas of the submissions
/// that were new; they belong to the node that committed them. `to_publish` holds, where the node publishes, the
/// facts that became durable, in order per saga.
struct batch_result {
  std::vector<acceptance> acceptances;
  std::vector<stored_saga> begun;
  std::vector<ledger_answer> answers;
  std::vector<fact> to_publish;
};

/// What a node says of a broker that it is connected to.
inline constexpr std::string_view broker_connected = "connected";

/// What a node tells the store about itself, at least every `engine_limits::beat_every`.
struct sign_of_life {
  moment at{};
  /// The last one: what the node drove may be claimed from now on.
  bool leaving = false;
  /// How its connection to the broker stands, for people: `broker_connected`, or what is wrong and since when; empty
  /// when it has none.
  std::string broker{};
};

/// What the store tells a node in return.
struct beat_answer {
  /// An operator wants the node to hand over what it drives, and to leave.
  bool drain_wanted = false;
};

/// The journal of sagas and the participants' ledgers of one node, behind one connection.
///
/// Several nodes may share what is behind it. Each start of a node is an incarnation with an epoch of its own, and
/// a saga that is being driven belongs to one of them; whoever was fenced can write nothing any more.
///
/// Calls block. An instance belongs to one thread at a time and holds no locks; nothing is kept of what is
/// passed in. Errors are values; a failed call changed nothing, save `in_doubt`. tests/contracts/ holds every
/// implementation to the same answers.
class store {
public:
  virtual ~store() = default;

  /// Commits the batch, all or nothing, durable when it returns. An update of a saga that belongs to another
  /// incarnation, or that the store knows later progress of, changes nothing.
  virtual store_result<batch_result> commit(const batch& work, moment now) = 0;

  /// Takes up to `count_max` unfinished sagas that nobody drives and whose time has come by `due`, what waits
  /// longest first: they belong to this node until they end, rest, or the node does. What a node drove that is
  /// gone is due at once, whatever its wake-up time; what is held is never due.
  virtual store_result<std::vector<stored_saga>> claim(std::size_t count_max, moment due) = 0;

  /// The saga as of its last commit, whoever owns it, whatever its state; none when there is none.
  virtual store_result<std::optional<stored_saga>> load(const saga_id& id) = 0;

  /// True when another connection may have brought work since the last call; cheap enough to ask often.
  virtual store_result<bool> changed_by_others() = 0;

  /// A sign of life. Where nodes share the store: also fences the nodes that this one has seen silent for too long,
  /// so that what they drove is due.
  virtual store_result<beat_answer> beat(const sign_of_life& sign) = 0;

  /// The unpublished facts of up to `sagas_max` sagas about which no publication was recorded since `idle_since`,
  /// in order per saga, at most `facts_per_claim_max` of one saga. They are not handed out again before as long
  /// after `now`. Each saga's first one is its first unpublished one, so that whoever publishes them in order keeps
  /// the order that listeners see.
  virtual store_result<std::vector<fact>> claim_unpublished(std::size_t sagas_max, moment idle_since, moment now) = 0;
};

/// Bounds what `claim_unpublished` takes into memory for one saga.
inline constexpr std::size_t facts_per_claim_max = 1'000;

} // namespace sagad
