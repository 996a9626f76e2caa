#include <catch2/catch.hpp>

#include "adapters/postgres/life_watch.hpp"

namespace sagad::tests {

namespace {

using postgres::life_watch;
using std::chrono::milliseconds;

/// An observer that looks every 500 ms at one node.
class observer {
public:
  /// Looks once more; true when the node counts as silent.
  bool sees_silence(std::int64_t beats, milliseconds later = milliseconds{500}) {
    now_ += later;
    return !watch_.look({{.epoch = 7, .beats = beats}}, now_).empty();
  }

private:
  life_watch watch_;
  life_watch::time_point now_{std::chrono::hours{1}};
};

} // namespace

TEST_CASE("a node that does not beat for two seconds is silent, and not before", "[postgres][life]") {
  observer o;
  CHECK_FALSE(o.sees_silence(5)); // the first sight
  CHECK_FALSE(o.sees_silence(5));
  CHECK_FALSE(o.sees_silence(5));
  CHECK_FALSE(o.sees_silence(5, milliseconds{999}));
  CHECK(o.sees_silence(5, milliseconds{1}));
}

TEST_CASE("one beat is enough to live on", "[postgres][life]") {
  observer o;
  for (int i = 0; i < 4; ++i)
    CHECK_FALSE(o.sees_silence(5));
  CHECK_FALSE(o.sees_silence(6));
  for (int i = 0; i < 3; ++i)
    CHECK_FALSE(o.sees_silence(6));
  CHECK(o.sees_silence(6));
}

TEST_CASE("who looked away has seen no silence and begins to watch anew", "[postgres][life]") {
  observer o;
  for (int i = 0; i < 4; ++i)
    CHECK_FALSE(o.sees_silence(5));
  CHECK_FALSE(o.sees_silence(5, milliseconds{60'000}));
  for (int i = 0; i < 3; ++i)
    CHECK_FALSE(o.sees_silence(5));
  CHECK(o.sees_silence(5));
}

TEST_CASE("the silent are told from the living, and a node that is gone is forgotten", "[postgres][life]") {
  life_watch watch;
  life_watch::time_point now{std::chrono::hours{1}};
  watch.look({{.epoch = 1, .beats = 1}, {.epoch = 2, .beats = 1}}, now);
  for (int i = 0; i < 3; ++i)
    watch.look({{.epoch = 1, .beats = i + 2}, {.epoch = 2, .beats = 1}}, now += milliseconds{500});
  const auto silent = watch.look({{.epoch = 1, .beats = 9}, {.epoch = 2, .beats = 1}}, now += milliseconds{500});
  REQUIRE(silent.size() == 1);
  CHECK(silent[0].epoch == 2);
  watch.look({{.epoch = 1, .beats = 10}}, now += milliseconds{500});
  CHECK(watch.look({{.epoch = 2, .beats = 1}}, now += milliseconds{500}).empty());
}

} // namespace sagad::tests
