#include <vector>

#include <catch2/catch.hpp>

#include "tests/actors/shop_on_virtual_time.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

/// The checkout with one step changed, under a version of its own.
struct changed_checkout {
  std::vector<saga_step> steps{checkout::checkout_saga.steps.begin(), checkout::checkout_saga.steps.end()};
  definition def{.name = "checkout", .version = 2, .steps = steps};

  template <class Change>
  explicit changed_checkout(Change change) {
    change(steps[1]);
  }
  changed_checkout(const changed_checkout&) = delete;

  shop_settings settings() const { return {.begins = &def, .knows = {&def}}; }
};

} // namespace

TEST_CASE("an order of a definition that this node does not know is held with the reason", "[definition]") {
  shop_on_virtual_time shop{{.knows = {}}};
  const bool from_inside = GENERATE(true, false);
  if (from_inside)
    CHECK(shop.submit(order_of_token("o-1")).accepted);
  else
    REQUIRE(shop.office().submit({order_of_token("o-1")}, shop.now()));
  shop.pass(1s);
  CHECK(shop.state_of("o-1") == "held");
  CHECK(shop.order("o-1").now.last_error == "this node does not know its definition checkout v1");
  CHECK(shop.history("o-1") == std::vector<std::string>{"order.accepted", "order.held"});
  CHECK(shop.orders_in_memory() == 0);
  CHECK(shop.broken_promises() == "");

  SECTION("and wishing does not help") {
    for (const auto what : {event::kind::cancel, event::kind::hold, event::kind::resume}) {
      const auto answer = shop.hand_in_wish(what, "o-1");
      shop.settle();
      CHECK(answer->broken);
    }
    CHECK(shop.state_of("o-1") == "held");
  }
  SECTION("until a node comes that knows it") {
    shop.crash();
    shop.settings().knows = {&checkout::checkout_saga};
    shop.open();
    shop.pass(1s);
    CHECK(shop.state_of("o-1") == "held");
    CHECK(shop.wish(event::kind::resume, "o-1") == verdict::moved);
    CHECK(shop.outcome_of("o-1") == "SUCCESS");
  }
}

TEST_CASE("an order whose definition throws is held with the reason, and others go on", "[definition]") {
  const changed_checkout throwing{[](saga_step& s) {
    s.request = [](const json& order, const saga&) -> json { return order.at("no such field"); };
  }};
  shop_on_virtual_time shop{throwing.settings()};
  shop.submit(order_of_token("o-1"));
  REQUIRE(shop.pass_until_all_rest(1min));
  CHECK(shop.state_of("o-1") == "held");
  CHECK(shop.order("o-1").now.last_error == "its actor died 6 times in a row");
  CHECK(shop.orders_in_memory() == 0);
  // The money was taken and is on the record.
  CHECK(shop.balance("buyer-of-o-1") == 450);
  CHECK(shop.broken_promises() == "");

  // Wishing makes it try again, not go round for ever.
  CHECK(shop.wish(event::kind::resume, "o-1") == verdict::moved);
  shop.pass(1min);
  CHECK(shop.state_of("o-1") == "held");
  CHECK(shop.orders_in_memory() == 0);
}

TEST_CASE("a command that its participant cannot read is refused and kept with the reason", "[definition]") {
  const auto payload = GENERATE(json(nullptr), json{{"lines", 7}}, json{{"lines", {{{"sku", "token"}}}}},
                                json{{"lines", {{{"sku", "no id!"}, {"quantity", 1}}}}},
                                json{{"lines", {{{"sku", "token"}, {"quantity", -1}}}}});
  INFO(payload);
  static json sent; // a payload function is a plain function
  sent = payload;
  const changed_checkout babbling{[](saga_step& s) { s.request = [](const json&, const saga&) { return sent; }; }};
  shop_on_virtual_time shop{babbling.settings()};
  shop.submit(order_of_token("o-1"));
  REQUIRE(shop.pass_until_all_rest(1min));
  CHECK(shop.state_of("o-1") == "rolled_back");
  CHECK(shop.order("o-1").now.steps[1].code == "BAD_PAYLOAD");
  CHECK(shop.balance("buyer-of-o-1") == 500);
  shop.pass(1s);
  CHECK(shop.office().status(shop.now())->dead_letters == 1);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("an order that needs a participant whom nobody plays waits for a person", "[definition]") {
  const changed_checkout lonely{[](saga_step& s) { s.participant = "astrology"; }};
  shop_on_virtual_time shop{lonely.settings()};
  shop.submit(order_of_token("o-1"));
  REQUIRE(shop.pass_until_all_rest());
  // Nor can anybody undo what nobody did: a person must look.
  CHECK(shop.state_of("o-1") == "held");
  CHECK(shop.order("o-1").now.last_error.find("nobody here plays participant astrology") != std::string::npos);
  CHECK(shop.broken_promises() == "");
}
