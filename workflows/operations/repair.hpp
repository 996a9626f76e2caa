#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/operations/repair_request.hpp"
#include "workflows/ports/back_office.hpp"
#include "workflows/saga_catalog.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad::operations {

/// What becomes of a customer's money when a repair is carried out and all goes well from there.
struct money_effect {
  /// Will be given back.
  checkout::money refunded = 0;
  /// Taken, and stays so.
  checkout::money kept = 0;
  /// A person says that it was given back; the store may not know of it.
  checkout::money on_a_persons_word = 0;

  money_effect& operator+=(const money_effect& other);
  friend bool operator==(const money_effect&, const money_effect&) = default;
};

/// What a repair would mean to one order.
struct planned_repair {
  order_id order;
  saga_id saga;
  /// Of the saga when it was planned. The repair is refused when it has gone on since.
  std::uint64_t sequence = 0;
  saga_state state = saga_state::running;
  bool allowed = false;
  /// Why it is refused, in a sentence; empty when it is allowed.
  std::string refused_because;
  /// When it is allowed.
  money_effect money;
};

/// The frozen set: what an operator agrees to. A repair is made of these orders and of no others, whatever a query
/// would find later.
struct repair_plan {
  repair_request wanted;
  /// In the order given; each order once.
  std::vector<planned_repair> orders;
  std::size_t allowed = 0;
  std::size_t refused = 0;
  /// Of those that are allowed.
  std::map<saga_state, std::size_t> by_state;
  /// Why how many are refused.
  std::map<std::string, std::size_t> by_refusal;
  money_effect money;
};

/// Plans a repair of `orders`. The saga machine itself is asked what it would do; there is no second rulebook.
repair_plan plan(const repair_request& wanted, std::span<const order_view> orders, const saga_catalog& definitions,
                 moment now);

/// What to do with a planned repair when its turn comes.
struct judgement {
  enum class kind : std::uint8_t {
    apply,    // `becomes` is to be committed, together with the repair's own outcome
    moved_on, // the order is not any more where it was when the operator looked at it
    refused   // the machine says no
  } what = kind::refused;
  /// Why not; empty for `apply`.
  std::string because;
  /// For `apply`.
  std::optional<transition> becomes;
};
/// `apply`, `moved-on`, `refused`.
std::string_view to_string(judgement::kind k);

/// Judges at the time of applying. `planned_sequence`: the saga's when it was planned. `e` is `event_of` the request.
/// Pure: the caller commits `becomes`, or tells the order's actor the wish when `what` is `apply`.
judgement judge(const saga& now, std::uint64_t planned_sequence, const event& e, const saga_catalog& definitions);

/// What came of an applied repair, given where its saga stands now.
struct repair_verdict {
  repair_result what = repair_result::pending;
  /// For `badly`: what went wrong, in the saga's own words.
  std::string because{};
};
/// A hold has done its work at once. Everything else has when the order has ended; it has failed when the order is held
/// again, or its question has got a bad answer again. What only waits for a way to its participant is pending.
repair_verdict result_of(operator_action what, const saga& now);

/// What a verdict means to the person who had the wish; empty for `moved`.
std::string sentence_of(verdict v, operator_action wanted, const saga& s);

} // namespace sagad::operations
