#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <tl/expected.hpp>

#include "actors/instant.hpp"
#include "actors/interfaces.hpp"
#include "actors/order_actor.hpp"
#include "actors/repairs_taken.hpp"

namespace sagad::actors {

struct directory_state {
  static constexpr const char* name = "directory";

  /// How often an order's actor died without getting on, and how far it had got.
  struct past {
    int deaths = 0;
    std::uint64_t sequence = 0;
  };

  using wish_answer = tl::expected<wish_result, caf::error>;
  using told_fn = std::function<void(wish_answer)>;

  /// A wish that its order has not answered yet. Whoever had it is told once.
  struct open_wish {
    std::uint64_t number = 0;
    wish what;
    told_fn told;
    int tries_left = 0;
  };

  struct entry {
    order_actor who;
    past before;
    std::vector<open_wish> wishes{};
    /// The store handed it out again while it was still leaving: look at it once more when it has left.
    bool look_again = false;
  };

  std::shared_ptr<const order_surroundings> around;
  std::unordered_map<saga_id, entry> orders;
  std::unordered_map<caf::actor_addr, saga_id> by_address;
  /// Those that died while the store did not answer: nobody else will hand them out again.
  std::vector<std::pair<saga_id, past>> to_revive;
  /// Those that died, until all that they told the store is durable; with the repairs that they had not answered. Such
  /// a repair may have been decided on: it must not be decided on again before the store knows.
  std::unordered_map<saga_id, std::vector<open_wish>> dead;
  repairs_taken repairs;
  /// Those that left memory since the store was asked for work.
  std::unordered_set<saga_id> left_while_looking;

  /// Submissions on their way through the store: they hold their place.
  std::size_t submitting = 0;
  std::mt19937_64 chance{std::random_device{}()};
  std::uint64_t wishes_made = 0;
  bool looking = false;
  bool more_waits = true;
  instant next_sweep{};

  std::optional<caf::typed_response_promise<drained>> draining;
  instant drain_deadline{};
  bool resting = false;
};

/// Starts with whatever the last incarnation left unfinished.
directory_actor::behavior_type directory(directory_actor::stateful_pointer<directory_state> self,
                                         std::shared_ptr<const order_surroundings> around);

} // namespace sagad::actors
