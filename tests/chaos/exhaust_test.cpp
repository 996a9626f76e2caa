#include <iostream>
#include <string>

#include <catch2/catch.hpp>

#include "tools/sagachaos/certificate.hpp"
#include "tools/sagachaos/exhaust.hpp"
#include "tools/sagachaos/linked_subjects.hpp"

using namespace sagad;
using namespace sagad::chaos;

namespace {

void print_figures(const exhaust_result& r) {
  std::cout << "note: exhaust " << r.definition << ": " << r.scenarios.size() << " scenarios, " << r.runs << " runs, "
            << static_cast<int>(r.took.count() * 10) / 10.0 << " s\n";
}

/// A cancelled order whose node loses its lease, and one of whose answers gets lost.
const schedule troubled{.definition = "checkout",
                        .version = 1,
                        .scenario = "apart:reserve-inventory-is-cancelled",
                        .seed = 7,
                        .faults = {{.what = harm::lease_lost, .at = {.where = place::commit, .number = 3}},
                                   {.what = harm::answer_lost, .at = {.where = place::answer, .number = 2}}}};

std::size_t lines_of(const replayed& run, std::string_view what) {
  std::size_t count = 0;
  for (const step_line& l : run.lines)
    count += l.what == what ? 1U : 0U;
  return count;
}

} // namespace

TEST_CASE("the checkout and the return keep every promise, whatever goes wrong once", "[exhaust]") {
  const std::string name = GENERATE(as<std::string>{}, "checkout", "return");
  const auto result = exhaust(linked_subject(name).value(), {.jobs = 2});
  print_figures(result);
  INFO(to_text(result));
  CHECK_FALSE(result.found);
  CHECK(result.runs > 2'000);
  // Each kind of point that the definition has was struck.
  for (std::size_t i = 0; i < places; ++i)
    CHECK((result.points[i] > 0 || (name == "return" && static_cast<place>(i) == place::participant_commit)));
}

TEST_CASE("they do whatever two things go wrong in an order that succeeds", "[exhaust]") {
  const auto result = exhaust(return_subject(), {.pairs = true, .only = {"apart:succeeds"}, .jobs = 2});
  print_figures(result);
  INFO(to_text(result));
  CHECK_FALSE(result.found);
  CHECK(result.pairs);
}

TEST_CASE("the order in which messages are taken makes no difference to the promises", "[exhaust]") {
  const auto seed = GENERATE(1U, 2U, 3U);
  const auto result = exhaust(checkout_subject(),
                              {.seed = seed, .only = {"together:succeeds", "apart:two-want-the-last-unit"}, .jobs = 2});
  INFO(to_text(result));
  CHECK_FALSE(result.found);
}

TEST_CASE("the same schedule is the same run, to the letter", "[exhaust]") {
  const replayed run = replay(checkout_subject(), troubled);
  CHECK(to_text(run) == to_text(replay(checkout_subject(), troubled)));
  CHECK(run.broken.empty());
  CHECK(to_text(run).ends_with("all promises hold\n"));
  CHECK(lines_of(run, "FAULT") == 2);
  CHECK(lines_of(run, "command") > 2);
  CHECK(lines_of(run, "participant-commit") > 2);
}

TEST_CASE("a participant that goes away while it is away comes back once", "[exhaust]") {
  schedule absences = troubled;
  absences.scenario = "apart:two-want-the-last-unit"; // by this seed, payment is asked for both orders at once
  absences.seed = 0;
  absences.faults = {{.what = harm::participant_away, .at = {.where = place::command, .number = 1}},
                     {.what = harm::participant_away, .at = {.where = place::command, .number = 2}}};
  const replayed run = replay(checkout_subject(), absences);
  CHECK(run.broken.empty());
  CHECK(lines_of(run, "FAULT") == 2);
  CHECK(to_text(run).find("participant payment is back") == to_text(run).rfind("participant payment is back"));
}

TEST_CASE("a fault that finds nothing to strike is told", "[exhaust]") {
  schedule never = troubled;
  never.faults.front().at.number = 1'000;
  CHECK(to_text(replay(checkout_subject(), never)).find("lease-lost commit 1000 never struck") != std::string::npos);
}

TEST_CASE("a certificate says what was done and what it holds for", "[exhaust]") {
  const auto result = exhaust(return_subject(), {.seed = 4, .only = {"apart:succeeds"}});
  const std::string text = to_text(result);
  for (const char* part : {"CERTIFICATE", "return v1", "answers-swapped", "6 one writer", "seed        4"})
    CHECK(text.find(part) != std::string::npos);
  // There is neither money nor stock in it.
  CHECK(text.find("money and stock") == std::string::npos);
  const auto value = nlohmann::json::parse(to_json(result));
  CHECK(value["kept"] == true);
  CHECK(value["runs"] == result.runs);
  CHECK(value["promises"].size() == promises - 1);
  std::size_t strikes = 0;
  for (const auto& count : value["faults"])
    strikes += count.get<std::size_t>();
  CHECK(strikes + 1 == result.runs); // but for the run without a fault, each had one
}

TEST_CASE("a certificate lists what struck, and nothing else", "[exhaust]") {
  const auto result = exhaust(checkout_subject(), {.only = {"together:succeeds"}});
  CHECK_FALSE(result.found);
  const std::string text = to_text(result);
  CHECK(text.find("lease-lost") != std::string::npos);
  CHECK(text.find("participant-away") == std::string::npos); // who plays in the same process cannot be away
  CHECK_FALSE(nlohmann::json::parse(to_json(result))["faults"].contains("answer-lost"));
}
