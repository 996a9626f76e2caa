#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tools/sagachaos/storm/plan.hpp"
#include "tools/sagachaos/storm/scenario.hpp"

namespace {

using namespace sagad;
using namespace sagad::chaos::storm;
using namespace std::chrono_literals;

constexpr auto two_phases = R"(
name = "two"
[cluster]
nodes = 2
[[phase]]
name = "first"
for = "10s"
quiet = ["100ms", "900ms"]
faults = [ { do = "kill", to = "node", weight = 3, for = ["0s", "2s"] }, { do = "cut", to = "store-link", for = "1s" } ]
[[phase]]
name = "second"
count = 5
quiet = "1s"
faults = [ { do = "slow", to = "broker-link", for = "2s", delay = "50ms" } ]
)";

std::vector<planned_fault> all_of(const scenario& s, std::uint64_t seed, std::size_t count_max = 1'000) {
  storm_plan plan{s, seed, false};
  std::vector<planned_fault> faults;
  for (auto next = plan.next(); next && faults.size() < count_max; next = plan.next())
    faults.push_back(*next);
  return faults;
}

std::string refused(const std::string& toml) {
  const auto read = parse_scenario(toml);
  return read ? "it was taken" : read.error();
}

/// A scenario with one fault.
std::string with_fault(const std::string& fault, const std::string& cluster = "") {
  return "[cluster]\n" + cluster + "\n[[phase]]\nname = \"p\"\nfor = \"9s\"\nquiet = \"1s\"\nfaults = [ { " + fault +
         " } ]\n";
}

} // namespace

TEST_CASE("the scenarios that come with the program can be read", "[storm]") {
  for (const auto* name : {"default", "long"}) {
    const auto read = parse_scenario(built_in_scenario(name).value());
    INFO(name);
    REQUIRE(read);
    CHECK(read->name == name);
    CHECK(!all_of(*read, 1, 10).empty());
  }
  CHECK(!built_in_scenario("gale"));
}

TEST_CASE("what a scenario says is what is read", "[storm]") {
  const auto read = parse_scenario(two_phases).value();
  CHECK(read.nodes == 2);
  CHECK(read.brokers == 1);
  CHECK(read.kinds.at(order_kind::plain) == 1);
  REQUIRE(read.phases.size() == 2);
  CHECK(read.phases[0].lasts == 10s);
  CHECK(read.phases[0].quiet == span_of_time{100ms, 900ms});
  REQUIRE(read.phases[0].faults.size() == 2);
  CHECK(read.phases[0].faults[0].weight == 3);
  CHECK(read.phases[0].faults[0].lasts == span_of_time{0s, 2s});
  CHECK(read.phases[1].faults_max == 5U);
  CHECK(read.phases[1].faults[0].delay == 50ms);
}

TEST_CASE("what a scenario cannot mean is refused with a sentence that names it", "[storm]") {
  CHECK(refused("nmae = \"x\"") == "nmae is not known here");
  CHECK(refused("[cluster]\nnode = 3") == "[cluster]: node is not known here");
  CHECK(refused("name = \"no phase\"") == "phase must be given, at least once and at most 1000 times");
  CHECK(refused("[cluster]\nbrokers = 2") ==
        "[cluster]: brokers must be 1 or 3: without one of two there is no majority");
  CHECK(refused("[cluster]\nnodes = \"3\"") == "[cluster]: nodes must be a whole number from 1 to 20");
  CHECK(refused("[load.kinds]\ncheap = 1") == "[load.kinds]: cheap is not known here");
  CHECK(refused(with_fault("do = \"tickle\", to = \"node\"")) ==
        "phase 1, fault 1: do must be one of kill, stop, drain, cut, freeze, slow, corrupt, fill");
  CHECK(refused(with_fault("do = \"cut\", to = \"node\"")) ==
        "phase 1, fault 1: do is cut, which cannot be done to a node");
  CHECK(refused(with_fault("do = \"kill\", to = \"node\", for = \"soon\"")) ==
        "phase 1, fault 1: for must be a duration like \"1500ms\" or \"5s\"");
  CHECK(refused(with_fault("do = \"kill\", to = \"node\", for = [\"2s\", \"1s\"]")) ==
        "phase 1, fault 1: for must not begin after its end");
  CHECK(refused(with_fault("do = \"slow\", to = \"store-link\"")) ==
        "phase 1, fault 1: do is slow, and says neither delay nor bytes_per_s");
  CHECK(refused(with_fault("do = \"kill\", to = \"participant\"", "participant = false")) ==
        "p: participant needs participant = true in [cluster]");
  CHECK(refused("[[phase]]\nname = \"p\"\nfor = \"1s\"\nquiet = [\"0s\", \"1s\"]\nfaults = []") ==
        "phase 1: quiet must be shorter than the phase, or it may have no fault");
  CHECK(refused("name = ") != "it was taken");
  CHECK(refused(std::string(1'000'001, ' ')) == "the scenario is longer than a million bytes");
}

TEST_CASE("bytes are not corrupted where nobody could notice", "[storm]") {
  const std::string corrupt = "do = \"corrupt\", to = \"store-link\", once_in_bytes = 1000";
  CHECK(refused(with_fault(corrupt)).starts_with("p: corrupt needs tls = true in [cluster]"));
  CHECK(refused(with_fault(corrupt, "tls = true")) == "it was taken");
}

TEST_CASE("the same seed plans the same storm, another one another", "[storm]") {
  const auto s = parse_scenario(two_phases).value();
  CHECK(all_of(s, 7) == all_of(s, 7));
  CHECK(all_of(s, 7) != all_of(s, 8));
}

TEST_CASE("a plan keeps to its phases, and an endless one begins again", "[storm]") {
  const auto s = parse_scenario(two_phases).value();
  const auto faults = all_of(s, 3);
  std::size_t in_second = 0;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    const planned_fault& f = faults[i];
    CHECK((i == 0 || f.at > faults[i - 1].at));
    CHECK((f.phase == "second") == (f.at > 10s));
    CHECK(f.which < (f.rule.whom == target::broker_link ? 3U : 2U)); // the participant has a way to the brokers too
    CHECK(f.lasts >= f.rule.lasts.from);
    CHECK(f.lasts <= f.rule.lasts.to);
    in_second += f.phase == "second" ? 1 : 0;
  }
  CHECK(in_second == 5);

  storm_plan endless{s, 3, true};
  for (std::size_t i = 0; i < faults.size(); ++i)
    CHECK(endless.next() == faults[i]);
  CHECK(endless.next()->phase == "first");
}
