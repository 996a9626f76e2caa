#pragma once

// A saga of somebody else's, put to the test by `sagachaos`'s library: see tools/sagachaos/README.md, "Your own
// definition". A test compiles and runs this file (tests/chaos/own_definition_test.cpp).

#include <array>
#include <chrono>
#include <iostream>
#include <string>

#include "tools/sagachaos/certificate.hpp"
#include "tools/sagachaos/exhaust.hpp"
#include "workflows/ports/ledger_rules.hpp"
#include "workflows/saga.hpp"

namespace booking {

using namespace std::chrono_literals;
using sagad::json;
using sagad::saga;
using enum sagad::step_kind;

inline json hold_seat(const json& trip, const saga&) { return {{"flight", trip.at("flight")}}; }
inline json charge_card(const json& trip, const saga&) { return {{"card", trip.at("card")}}; }
inline json issue_ticket(const json&, const saga& so_far) {
  return {{"seat", sagad::result_of(so_far, "hold-seat").at("seat")}};
}
inline json send_ticket(const json& trip, const saga&) { return {{"to", trip.at("traveller")}}; }

inline constexpr std::array<sagad::saga_step, 4> steps{{
    {.name = "hold-seat",
     .participant = "airline",
     .request = hold_seat,
     .undo = {.name = "release-seat", .reply_timeout = 5s},
     .reply_timeout = 5s,
     .retry = sagad::up_to(3)},
    {.name = "charge-card",
     .participant = "bank",
     .request = charge_card,
     .undo = {.name = "refund-card", .reply_timeout = 30s},
     .reply_timeout = 30s,
     .retry = sagad::up_to(3)},
    {.name = "issue-ticket",
     .kind = pivot,
     .participant = "airline",
     .request = issue_ticket,
     .undo = {.name = "void-ticket", .reply_timeout = 5s},
     .reply_timeout = 5s,
     .retry = sagad::up_to(3)},
    {.name = "send-ticket",
     .kind = retriable,
     .participant = "mail",
     .request = send_ticket,
     .reply_timeout = 60s,
     .retry = sagad::until_done},
}};
inline constexpr std::array<std::string_view, 2> outcomes{"FLIGHT_FULL", "CARD_DECLINED"};
inline constexpr sagad::definition trip{.name = "trip", .version = 1, .steps = steps, .outcomes = outcomes};
static_assert(sagad::is_well_formed(trip));

inline sagad::chaos::subject trip_subject() {
  sagad::chaos::subject mine;
  mine.saga = &trip;
  mine.input = [](const sagad::order_id& id, const sagad::customer_id& who) {
    return json{{"flight", "XY 12"}, {"card", "card-of-" + who.value}, {"traveller", who.value}, {"trip", id.value}};
  };
  // The bank and the mail are recorded: they say yes to everything that they are not told to refuse.
  mine.participants["airline"] = [](const sagad::command& asked) {
    return asked.step == "hold-seat" ? sagad::done({{"seat", "12A"}}) : sagad::done();
  };
  return mine;
}

/// The whole main() of a program of your own.
inline int exhaust_trip(std::ostream& out) {
  const sagad::chaos::exhaust_result result = sagad::chaos::exhaust(trip_subject(), {.jobs = 2});
  out << to_text(result);
  return result.found ? 1 : 0;
}

} // namespace booking
