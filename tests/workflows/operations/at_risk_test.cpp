#include "workflows/operations/at_risk.hpp"

#include "tests/workflows/operations/sample_orders.hpp"

namespace sagad::tests {

using namespace operations;

namespace {

saga_catalog catalog_with(const step_settings& charge) {
  saga_catalog c;
  REQUIRE(c.add(checkout_saga, {{"charge-payment", charge}}));
  return c;
}

} // namespace

TEST_CASE("an order is at risk when it has used more than half of its attempts", "[at-risk]") {
  const saga_catalog known = catalog_with(attempts(6));
  saga s = uncharged().now();
  const moment now = s.updated_at;
  s.attempt = 3;
  CHECK_FALSE(is_at_risk(s, known, now));
  s.attempt = 4;
  CHECK(is_at_risk(s, known, now));
  s.attempts_forgiven = 2; // a person gave it more
  CHECK_FALSE(is_at_risk(s, known, now));
}

TEST_CASE("an order is at risk when it has used more than half of its total timeout", "[at-risk]") {
  step_settings patient = attempts(1'000);
  patient.total_timeout = 10min;
  const saga_catalog known = catalog_with(patient);
  const saga s = uncharged().now();
  CHECK_FALSE(is_at_risk(s, known, s.asking_since + 5min));
  CHECK(is_at_risk(s, known, s.asking_since + 5min + 1ms));
}

TEST_CASE("an order is not at risk while all is well, nor when nothing will happen by itself", "[at-risk]") {
  const saga_catalog once = catalog_with(attempts(1));
  const saga fresh = saga_script{checkout_saga, order_of(2'500)}.now();
  CHECK_FALSE(is_at_risk(fresh, once, fresh.updated_at)); // its first attempt, under way
  const saga held = unrefunded().now();
  CHECK_FALSE(is_at_risk(held, impatient_catalog(), held.updated_at + 24h));
  saga unknown = uncharged().now();
  unknown.version = 9;
  CHECK_FALSE(is_at_risk(unknown, once, unknown.updated_at + 24h));
}

TEST_CASE("an undo has its own patience", "[at-risk]") {
  saga_catalog known;
  REQUIRE(known.add(checkout_saga, {{"refund-payment", attempts(4)}}));
  saga s = paid_checkout().sends("inventory", "reserve-inventory").then(refused("INSUFFICIENT_INVENTORY")).now();
  s.wrong = {.code = "TIMEOUT", .detail = "", .since = s.updated_at};
  s.attempt = 2;
  CHECK_FALSE(is_at_risk(s, known, s.updated_at));
  s.attempt = 3;
  CHECK(is_at_risk(s, known, s.updated_at));
}

} // namespace sagad::tests
