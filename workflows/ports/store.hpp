#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/checkout/order.hpp"
#include "workflows/ports/ledger.hpp"
#include "workflows/ports/participant_rules.hpp"
#include "workflows/ports/repairs.hpp"
#include "workflows/ports/store_result.hpp"
#include "workflows/refusal.hpp"
#include "workflows/saga.hpp"

namespace sagad {

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

/// A repair handed to a node, with the saga as of its last commit. The saga belongs to this node from now on, unless it
/// has ended.
struct claimed_repair {
  std::string operation;
  operations::repair_request wanted;
  std::uint64_t planned_sequence = 0;
  stored_saga saga;
  /// Nobody drove it before: its unpublished facts come with it, as with `claim`.
  bool taken = false;
};

/// What a node made of a repair: becomes durable together with the update of its saga, if any.
struct repair_outcome {
  std::string operation;
  saga_id saga;
  /// `applied`, `moved_on` or `refused`.
  repair_state state = repair_state::refused;
  std::string because{};
};

/// What could not be understood or delivered, kept with its reason.
struct dead_letter {
  std::string source;
  std::string reason;
  std::string body;
  moment at{};
};

/// Everything that becomes durable together. Within a batch: at most one update per saga; submissions take
/// effect first, then commands, then updates, then publications, each in the order given. A repair's outcome takes
/// effect once, while the repair is released; `applied` only if the update of its saga in the same batch did.
struct batch {
  std::vector<checkout::submission> submissions;
  std::vector<ledger_command> commands;
  std::vector<saga_update> updates;
  std::vector<publication> publications;
  std::vector<repair_outcome> repair_outcomes;
  std::vector<dead_letter> dead_letters;

  bool empty() const {
    return submissions.empty() && commands.empty() && updates.empty() && publications.empty() &&
           repair_outcomes.empty() && dead_letters.empty();
  }
};

/// One answer per submission and per command, in the order given. `begun` holds the sagas of the submissions
/// that were new; they belong to the node that committed them. `to_publish` holds, where the node publishes, the
/// facts that became durable, in order per saga. `refused` holds the sagas whose update changed nothing, because
/// another incarnation drives them by now, or the store knows later progress.
struct batch_result {
  std::vector<acceptance> acceptances;
  std::vector<stored_saga> begun;
  std::vector<ledger_answer> answers;
  std::vector<fact> to_publish;
  std::vector<saga_id> refused;
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
  /// Those that are not closed, for people.
  std::vector<named_circuit> circuits{};
};

/// What the store tells a node in return.
struct beat_answer {
  /// An operator wants the node to hand over what it drives, and to leave.
  bool drain_wanted = false;
  /// All that operators decided about participants, as of now.
  std::vector<participant_rule> rules{};
  /// Why a node that is silent could not be fenced, for people; empty when none had to be, or all could. Until it can
  /// be, nobody takes over what it drove.
  std::string fence_problem{};
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

  /// Takes up to `count_max` released repairs of orders that this node drives or nobody does, oldest first. They are
  /// not handed out again before `repair_handed_out_for` after `now`, save to another node after this one is gone.
  virtual store_result<std::vector<claimed_repair>> claim_repairs(std::size_t count_max, moment now) = 0;

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

  /// Deletes up to `count_max` dead letters that were discarded before `discarded_before`; tells how many.
  virtual store_result<std::size_t> purge(moment discarded_before, std::size_t count_max) = 0;
};

/// A node that was handed a repair and forgot it is handed it again after so long.
inline constexpr milliseconds repair_handed_out_for{10'000};

/// Bounds what `claim_unpublished` takes into memory for one saga.
inline constexpr std::size_t facts_per_claim_max = 1'000;

} // namespace sagad
