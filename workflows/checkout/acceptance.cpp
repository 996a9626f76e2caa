#include "workflows/checkout/acceptance.hpp"

#include <array>
#include <cstdio>
#include <utility>

#include "workflows/messages.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad::checkout {

namespace {

acceptance_decision refused(acceptance answer, refusal why) {
  answer.error = std::move(why);
  return {.answer = std::move(answer), .input = {}};
}

acceptance_decision already_known(acceptance answer, bool same) {
  if (!same)
    return refused(std::move(answer), {"ORDER_ID_REUSED", "order_id", "order_id names another order already."});
  answer.accepted = true;
  answer.duplicate = true;
  return {.answer = std::move(answer), .input = {}};
}

/// The refusal of a submission that an injected fault stops before it is an order, if it does.
std::optional<refusal> stopped_by(const std::optional<fault>& injected) {
  if (!injected)
    return std::nullopt;
  switch (injected->kind) {
  case fault_kind::kill:
    return refusal{std::string{codes::handler_died}, {}, "Injected: the handler died before it accepted the order."};
  case fault_kind::stall:
    return refusal{"NO_ANSWER", {}, "Injected: nobody answers, and nothing was accepted."};
  case fault_kind::refuse:
    return refusal{injected->code, {}, "Injected: the order is refused."};
  default:
    return std::nullopt;
  }
}

bool answer_gets_lost(const std::optional<fault>& injected) {
  if (!injected)
    return false;
  using enum fault_kind;
  return injected->kind == stall || injected->kind == kill_after || injected->kind == lose_reply;
}

} // namespace

acceptance_decision decide_acceptance(const submission& s, const std::string& text,
                                      const std::optional<std::string>& on_record, const price_lookup& price_of,
                                      bool faults_allowed) {
  acceptance answer;
  answer.order = s.order;
  if (on_record)
    return already_known(std::move(answer), *on_record == text);
  if (auto why = check_faults(s, faults_allowed))
    return refused(std::move(answer), std::move(*why));

  const auto injected = fault_that_hits(s.faults, "accept", 1);
  answer.unanswered = answer_gets_lost(injected);
  if (auto why = stopped_by(injected))
    return refused(std::move(answer), std::move(*why));

  auto input = price_order(s, price_of);
  if (!input) {
    answer.unanswered = false;
    return refused(std::move(answer), std::move(input.error()));
  }
  answer.accepted = true;
  return {.answer = std::move(answer), .input = std::move(*input)};
}

order_id generated_order_id(moment at, std::uint64_t random_high, std::uint64_t random_low) {
  const auto time = static_cast<std::uint64_t>(at.time_since_epoch().count()) & 0xffff'ffff'ffffU;
  const std::uint64_t high = (time << 16U) | (random_high & 0xffffU);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "o-%016llx%016llx", static_cast<unsigned long long>(high),
                static_cast<unsigned long long>(random_low));
  return order_id{text.data()};
}

saga begun_saga(const submission& s, const acceptance_terms& terms, moment now) {
  saga begun = begin(*terms.begins, saga_id{s.order.value}, s.order, now);
  begun.traceparent = s.traceparent;
  if (!terms.owner)
    return begun;
  return advance(*terms.begins, std::move(begun), {.what = event::kind::taken_up, .at = now}).after;
}

fact accepted_fact(const saga& begun) {
  return {.order = begun.order,
          .saga = begun.id,
          .sequence = begun.sequence,
          .at = begun.created_at,
          .type = "order.accepted"};
}

} // namespace sagad::checkout
