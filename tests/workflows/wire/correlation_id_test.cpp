#include "workflows/wire/correlation_id.hpp"

#include <catch2/catch.hpp>

#include "workflows/wire/command_codec.hpp"

namespace sagad::tests {

namespace {

command asked(std::string saga, std::string step, action what, int attempt) {
  command c;
  c.saga = saga_id{std::move(saga)};
  c.step = std::move(step);
  c.what = what;
  c.attempt = attempt;
  c.idempotency_key = idempotency_key(c.saga, c.step);
  return c;
}

} // namespace

TEST_CASE("a correlation id names the question and brings it back", "[wire][correlation]") {
  CHECK(wire::correlation_id_of(asked("o-1001", "charge-payment", action::perform, 2)) == "o-1001/charge-payment/do/2");
  for (const action what : {action::perform, action::undo, action::probe})
    for (const int attempt : {1, 10, 2'147'483'647}) {
      const command c = asked("a:b._-", "s", what, attempt);
      CHECK(wire::correlation_from(wire::correlation_id_of(c)) ==
            wire::correlation{.saga = c.saga, .step = "s", .what = what, .attempt = attempt});
    }
}

TEST_CASE("the longest correlation id fits into what AMQP leaves for it", "[wire][correlation]") {
  constexpr std::size_t amqp_short_string_max = 255;
  const command longest =
      asked(std::string(id_length_max, 'o'), std::string(wire::step_length_max, 's'), action::probe, 2'147'483'647);
  CHECK(wire::correlation_id_of(longest).size() <= amqp_short_string_max);
}

TEST_CASE("what is no correlation id of ours is none", "[wire][correlation]") {
  for (const auto* text :
       {"", "/", "///", "a/b/do", "a/b/do/", "a/b/do/0", "a/b/do/01", "a/b/do/-1", "a/b/do/+1", "a/b/do/1 ",
        "a/b/do/2147483648", "a/b/redo/1", "/b/do/1", "a//do/1", "a b/c/do/1", "a/b/c/do/1", "a/b/do/1/2"})
    CHECK_FALSE(wire::correlation_from(text).has_value());
}

} // namespace sagad::tests
