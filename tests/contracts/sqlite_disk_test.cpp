#include <catch2/catch.hpp>

#include "tests/contracts/failing_disk.hpp"
#include "tests/contracts/shop.hpp"

namespace sagad::tests {

namespace {

batch one_order_and_a_charge() {
  batch work;
  work.submissions.push_back(order_of("o-2", {line("token", 1)}));
  work.commands.push_back(to_do("o-1/charge-payment", charge_of(50)));
  return work;
}

} // namespace

TEST_CASE("a full disk refuses a batch as a whole, and with room again it goes on", "[sqlite][disk]") {
  failing_disk disk;
  shop s = shop_on<on_sqlite>();
  s.submit(order_of("o-1", {line("token", 1)}));
  const auto work = one_order_and_a_charge();

  disk.become(failing_disk::state::full);
  const auto refused = s.node().commit(work, s.now);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().what == store_error::kind::unavailable);
  CHECK_THAT(refused.error().detail, Catch::EndsWith("is full"));
  CHECK(s.balance() == 500);
  CHECK_FALSE(must(s.office().find_order(order_id{"o-2"})).has_value());

  disk.become(failing_disk::state::works);
  CHECK(must(s.node().commit(work, s.now)).acceptances[0].accepted);
  CHECK(s.balance() == 450);
  s.drive_to_end("o-1");
  s.drive_to_end("o-2");
  CHECK(s.findings().empty());
}

TEST_CASE("a commit that the disk did not confirm is in doubt, and the same batch again settles it", "[sqlite][disk]") {
  failing_disk disk;
  shop s = shop_on<on_sqlite>();
  s.submit(order_of("o-1", {line("token", 1)}));
  const auto work = one_order_and_a_charge();

  disk.become(failing_disk::state::sync_fails);
  const auto doubtful = s.node().commit(work, s.now);
  REQUIRE_FALSE(doubtful.has_value());
  CHECK(doubtful.error().what == store_error::kind::in_doubt);

  disk.become(failing_disk::state::works);
  const auto again = must(s.node().commit(work, s.now));
  CHECK(again.acceptances[0].accepted);
  CHECK(again.answers[0].outcome == reply_outcome::succeeded);
  CHECK(s.balance() == 450);
  s.drive_to_end("o-1");
  CHECK(s.findings().empty());
}

TEST_CASE("a disk that fails is told apart from a damaged file: it may work again", "[sqlite][disk]") {
  failing_disk disk;
  shop s = shop_on<on_sqlite>();
  s.submit(order_of("o-1", {line("token", 1)}));
  disk.become(failing_disk::state::write_fails);
  const auto refused = s.node().commit(one_order_and_a_charge(), s.now);
  REQUIRE_FALSE(refused.has_value());
  CHECK(
      (refused.error().what == store_error::kind::unavailable || refused.error().what == store_error::kind::in_doubt));
  CHECK_FALSE(s.node().beat({.at = s.now + milliseconds{1}}).has_value());
  CHECK_FALSE(s.office().credit(customer_id{"alice"}, 1).has_value());
  disk.become(failing_disk::state::works);
  must(s.node().beat({.at = s.now}));
  s.crash();
  s.reopen();
  CHECK(s.standing("o-1").state == saga_state::running);
  CHECK(s.balance() == 500);
  CHECK(s.findings().empty());
}

TEST_CASE("a store cannot be made on a full disk, and a half-made one is made with room again", "[sqlite][disk]") {
  failing_disk disk;
  on_sqlite place;
  disk.become(failing_disk::state::full);
  const auto refused = place.open_node(shop::usual());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().what == store_error::kind::unavailable);
  disk.become(failing_disk::state::works);
  CHECK(place.open_node(shop::usual()).has_value());
}

} // namespace sagad::tests
