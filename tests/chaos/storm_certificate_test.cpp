#include <string>

#include <catch2/catch.hpp>

#include "tools/sagachaos/storm/certificate.hpp"

namespace {

using namespace sagad;
using namespace sagad::chaos::storm;
using namespace std::chrono_literals;
using Catch::Contains;

storm_options options() {
  return {.what = parse_scenario(built_in_scenario("default").value()).value(),
          .seed = 7,
          .lasts = 3min,
          .faults = {},
          .programs = "/bin",
          .folder = "/tmp/storm-1",
          .timeline_file = "/tmp/storm-1/timeline.jsonl"};
}

storm_report good() {
  storm_report r;
  r.calmed = 2'500ms;
  r.faults = {{"kill node", 3}, {"cut store-link", 1}};
  r.faults_struck = 4;
  r.worst = recovery{.took = 1'200ms, .what = "kill node"};
  r.watched.takeover_max = 3'100ms;
  r.watched.takeovers = 3;
  r.found.sent = 4;
  r.found.accepted = 3;
  r.found.unanswered = 1;
  r.found.completed = 2;
  r.found.rolled_back = 1;
  return r;
}

} // namespace

TEST_CASE("a clean certificate says how to repeat it, and its three numbers", "[storm]") {
  CHECK(is_clean(good()));
  const std::string text = certificate_text(options(), good(), "");
  CHECK_THAT(text, Contains("every promise was kept"));
  CHECK_THAT(text, Contains("sagachaos storm --scenario default --seed 7 --nodes 3 --brokers 1 --for 180000ms"));
  CHECK_THAT(text, Contains("cut store-link 1, kill node 3"));
  CHECK_THAT(text, Contains("66.66 %  (2 of 3)") && Contains("33.33 %  (1 of 3)") && Contains("100.00 %  (3 of 3)"));
  CHECK_THAT(text, Contains("at worst 1.2s until an order ended again, after kill node"));
  CHECK_THAT(text, Contains("not kept; --timeline FILE keeps it"));
  CHECK_THAT(text, !Contains("broken promises"));

  const auto data = certificate_json(options(), good(), "");
  CHECK(data.at("kept") == true);
  CHECK(data.at("seed") == 7);
  CHECK(data.at("faults_by_kind").at("kill node") == 3);
  CHECK(data.at("termination_percent") == 100.0);
  CHECK(data.at("recovery_max_ms") == 1'200);
}

TEST_CASE("a broken promise is told with its name, and not a thousand times", "[storm]") {
  storm_report r = good();
  for (int i = 0; i < 1'000; ++i)
    r.found.accusations.push_back({"lost", "o-" + std::to_string(i), "the store does not have it"});
  CHECK_FALSE(is_clean(r));
  const std::string text = certificate_text(options(), r, "/tmp/storm-1");
  CHECK_THAT(text, Contains("A PROMISE WAS BROKEN"));
  CHECK_THAT(text, Contains("lost: o-0: the store does not have it") && Contains("lost: and 990 more"));
  CHECK_THAT(text, !Contains("o-10:"));
  CHECK_THAT(text, Contains("/tmp/storm-1/timeline.jsonl"));
  CHECK(certificate_json(options(), r, "/tmp/storm-1").at("accusations").size() == 1'000);
}

TEST_CASE("a storm that did not calm in time is not clean", "[storm]") {
  storm_report r = good();
  r.calmed.reset();
  CHECK_FALSE(is_clean(r));
  CHECK_THAT(certificate_text(options(), r, "/tmp/storm-1"), Contains("not within 1m 40s"));
}

TEST_CASE("a storm that was broken off claims nothing about orders that nobody asked after", "[storm]") {
  storm_report r = good();
  r.broken_off = true;
  r.calmed.reset();
  r.found = {.sent = 9, .accusations = {{"promise 5: money is not conserved", "ann", "a cent is missing"}}};
  const std::string text = certificate_text(options(), r, "/tmp/storm-1");
  CHECK_THAT(text, Contains("9 sent; the storm was broken off at the first broken promise"));
  CHECK_THAT(text, Contains("promise 5: money is not conserved: ann: a cent is missing"));
  CHECK_THAT(text, !Contains("progress"));
}
