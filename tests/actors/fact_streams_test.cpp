#include "actors/fact_streams.hpp"

#include <catch2/catch.hpp>

using namespace sagad;
using namespace std::chrono_literals;
using namespace sagad::actors;

namespace {

const saga_id one{"one"};
const instant noon{};

fact of(const saga_id& saga, std::uint64_t sequence) {
  fact f;
  f.saga = saga;
  f.sequence = sequence;
  return f;
}

/// Publishes and confirms all that may leave; tells the sequences.
std::vector<std::uint64_t> drain(fact_streams& streams, instant now = noon) {
  std::vector<std::uint64_t> told;
  while (auto next = streams.next_to_publish()) {
    told.push_back(next->sequence);
    streams.confirmed(next->saga, next->sequence, now);
  }
  return told;
}

using sequences = std::vector<std::uint64_t>;

} // namespace

TEST_CASE("an unknown saga is believed only from its first fact on", "[fact-streams]") {
  fact_streams streams{{}};
  streams.add({of(one, 2), of(one, 3)});
  CHECK(drain(streams).empty());
  streams.add({of(one, 1), of(one, 2)});
  CHECK(drain(streams) == sequences{1, 2});
}

TEST_CASE("a fact after a gap is dropped until the store brings what is missing", "[fact-streams]") {
  fact_streams streams{{}};
  streams.add({of(one, 1), of(one, 3), of(one, 4)});
  CHECK(drain(streams) == sequences{1});
  CHECK(streams.adopt({of(one, 2), of(one, 3), of(one, 4)}) == 1);
  streams.add({of(one, 5)});
  CHECK(drain(streams) == sequences{2, 3, 4, 5});
}

TEST_CASE("one fact of a saga is in flight at a time, and a refused one goes before those after it", "[fact-streams]") {
  fact_streams streams{{}};
  streams.add({of(one, 1), of(one, 2)});
  REQUIRE(streams.next_to_publish());
  CHECK_FALSE(streams.next_to_publish());
  streams.refused(one, 1, noon);
  CHECK_FALSE(streams.next_to_publish());
  streams.reports(noon + engine_limits{}.bus_retry_pause, false);
  CHECK(drain(streams) == sequences{1, 2});
}

TEST_CASE("a saga that was taken over goes on where nobody has published", "[fact-streams]") {
  fact_streams streams{{}};
  streams.take_over(one, 8, {of(one, 5), of(one, 6), of(one, 7)});
  streams.add({of(one, 8)});
  CHECK(drain(streams) == sequences{5, 6, 7, 8});
  const saga_id other{"other"};
  streams.take_over(other, 4, {});
  streams.add({of(other, 4)});
  CHECK(drain(streams) == sequences{4});
}

TEST_CASE("a saga that was away and comes back goes on from where others stopped", "[fact-streams]") {
  fact_streams streams{{}};
  streams.add({of(one, 1), of(one, 2)});
  REQUIRE(streams.next_to_publish()); // 1 is in flight
  streams.take_over(one, 6, {});
  streams.confirmed(one, 1, noon); // of before: means nothing now
  streams.add({of(one, 6)});
  CHECK(drain(streams) == sequences{6});
  CHECK(streams.facts() == 0);
  CHECK(streams.in_flight() == 0);
}

TEST_CASE("what has ended is reported once and forgotten", "[fact-streams]") {
  fact_streams streams{{}};
  streams.add({of(one, 1), of(one, 2)});
  streams.let_go(one);
  CHECK(drain(streams) == sequences{1, 2});
  const auto reports = streams.reports(noon, false);
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].up_to == 2);
  CHECK(streams.sagas() == 0);
  CHECK(streams.reports(noon + milliseconds{10'000}, true).empty());
}

TEST_CASE("what goes on is reported when nothing new came for a while", "[fact-streams]") {
  using namespace std::chrono_literals;
  fact_streams streams{{}};
  streams.add({of(one, 1)});
  drain(streams, noon);
  streams.add({of(one, 2)});
  drain(streams, noon + 900ms);
  CHECK(streams.reports(noon + 1'100ms, false).empty());
  const auto reports = streams.reports(noon + 1'900ms, false);
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].up_to == 2);
  CHECK(streams.sagas() == 1);
}

TEST_CASE("memory is bounded, whatever comes", "[fact-streams]") {
  engine_limits small;
  small.facts_in_memory_max = 10;
  fact_streams streams{small};
  for (int i = 0; i < 100; ++i) {
    const saga_id saga{std::to_string(i)};
    streams.add({of(saga, 1), of(saga, 2), of(saga, 3)});
    streams.let_go(saga);
    streams.adopt({of(saga, 1), of(saga, 2), of(saga, 3)});
  }
  CHECK(streams.facts() == 10);
  CHECK(streams.sagas() <= 10);
  drain(streams);
  streams.reports(noon, false);
  CHECK(streams.sagas() == 0);
  CHECK(streams.facts() == 0);
}

TEST_CASE("how old what leaves next is tells how far a node is behind, but of what others left", "[fact-streams]") {
  fact_streams streams{{}};
  CHECK_FALSE(streams.next_happened_at());
  fact own = of(one, 1);
  own.at = moment{1h};
  streams.add({own});
  CHECK(streams.next_happened_at() == own.at);
  drain(streams);
  CHECK_FALSE(streams.next_happened_at());
  const saga_id other{"other"};
  streams.adopt({of(other, 1)});
  CHECK_FALSE(streams.next_happened_at());
  CHECK(streams.is_adopted(other));
  streams.take_over(other, 2, {});
  CHECK_FALSE(streams.is_adopted(other));
  CHECK_FALSE(streams.is_adopted(one));
}
