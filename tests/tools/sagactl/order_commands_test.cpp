#include <catch2/catch.hpp>

#include "tests/tools/sagactl/fake_office.hpp"
#include "tools/sagactl/follow_commands.hpp"
#include "tools/sagactl/order_view.hpp"

using namespace sagad;
using namespace sagad::ctl;
using namespace sagad::ctl::testing;

namespace {

fact happened(std::uint64_t sequence, const std::string& type) {
  fact f;
  f.order = order_id{"o-1"};
  f.sequence = sequence;
  f.at = noon;
  f.type = type;
  return f;
}

/// o-1 has been accepted; at the second look it has ended.
void ends_at_second_look(fixture& shop) {
  shop.office.orders = {order_on_its_way("o-1")};
  shop.office.facts = {happened(1, "order.accepted")};
  shop.office.meanwhile = [looks = 0](fake_office& office) mutable {
    if (++looks == 2) {
      office.orders = {ended(order_on_its_way("o-1"))};
      office.facts.push_back(happened(2, "order.completed"));
    }
  };
}

} // namespace

TEST_CASE("scripts read an order under the names of the contract", "[sagactl][order]") {
  const record r = to_record(order_on_its_way("o-1"));
  CHECK(r.dump() ==
        R"({"order_id":"o-1","customer_id":"alice","state":"running","outcome":null,"total":250,)"
        R"("step":"reserve-inventory","owner":"node-1","attempts":2,"next_wakeup_at":"2026-11-18T12:00:02.000Z",)"
        R"("last_error":null,"created_at":"2026-11-18T11:59:55.000Z","updated_at":"2026-11-18T11:59:59.000Z","steps":[)"
        R"({"step":"charge-payment","state":"succeeded","attempts":1,"started_at":"2026-11-18T11:59:55.000Z",)"
        R"("ended_at":"2026-11-18T11:59:59.000Z","code":null},)"
        R"({"step":"reserve-inventory","state":"asked","attempts":2,"started_at":"2026-11-18T11:59:59.000Z",)"
        R"("ended_at":null,"code":null}]})");
}

TEST_CASE("after the end an order has no step, no owner and no wake-up", "[sagactl][order]") {
  const record r = to_record(ended(order_on_its_way("o-1")));
  CHECK(r["state"] == "completed");
  CHECK(r["outcome"] == "SUCCESS");
  CHECK(r["step"].is_null());
  CHECK(r["owner"].is_null());
  CHECK(r["next_wakeup_at"].is_null());
}

TEST_CASE("a participant's odd bytes do not break the JSON", "[sagactl][order][hostile]") {
  order_view order = order_on_its_way("o-1");
  order.now.last_error = "bad \xff byte";
  CHECK(nlohmann::json::parse(one_line(to_record(order)))["last_error"] == "bad \xef\xbf\xbd byte");
}

TEST_CASE("a history is told in order, a line each", "[sagactl][history]") {
  fixture shop;
  shop.office.orders = {order_on_its_way("o-1")};
  shop.office.facts = {happened(1, "order.accepted"), happened(2, "order.step.charge-payment.succeeded")};
  SECTION("to people") {
    CHECK(tell_history(shop.s, order_id{"o-1"}, false) == exit_code::done);
    CHECK(shop.out.str() == "2026-11-18T12:00:00.000Z  order.accepted\n"
                            "2026-11-18T12:00:00.000Z  order.step.charge-payment.succeeded\n");
  }
  SECTION("as one document") {
    shop.s.format = output_format::json;
    CHECK(tell_history(shop.s, order_id{"o-1"}, false) == exit_code::done);
    CHECK(shop.printed_json().size() == 2);
    CHECK(shop.printed_json()[1]["sequence"] == 2);
  }
  SECTION("not as ids") {
    shop.s.format = output_format::ids;
    CHECK(tell_history(shop.s, order_id{"o-1"}, false) == exit_code::usage);
  }
}

TEST_CASE("following a history misses nothing, repeats nothing and stops at the end", "[sagactl][history]") {
  fixture shop;
  ends_at_second_look(shop);
  shop.s.format = output_format::jsonl;
  CHECK(tell_history(shop.s, order_id{"o-1"}, true) == exit_code::done);
  CHECK(shop.pauses == 1);
  const std::string text = shop.out.str();
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
  CHECK(text.find("order.accepted") < text.find("order.completed"));
}

TEST_CASE("following the history of an order that waits for a person ends and says so", "[sagactl][history]") {
  fixture shop;
  shop.office.orders = {held(order_on_its_way("o-1"))};
  CHECK(tell_history(shop.s, order_id{"o-1"}, true) == exit_code::unhealthy);
  CHECK(tell_history(shop.s, order_id{"o-1"}, false) == exit_code::done);
  CHECK(shop.pauses == 0);
}

TEST_CASE("watching ends with the order", "[sagactl][watch]") {
  fixture shop;
  ends_at_second_look(shop);
  SECTION("a line per change without a terminal") {
    CHECK(watch_order(shop.s, order_id{"o-1"}) == exit_code::done);
    CHECK(shop.out.str() == "2026-11-18T12:00:00.000Z  order.accepted\n"
                            "2026-11-18T12:00:00.000Z  order.completed\n");
  }
  SECTION("one document at the end for json") {
    shop.s.format = output_format::json;
    CHECK(watch_order(shop.s, order_id{"o-1"}) == exit_code::done);
    CHECK(shop.printed_json()["outcome"] == "SUCCESS");
  }
  SECTION("a terminal sees one picture that changes") {
    shop.s.on = {.is_terminal = true, .colour = false, .width = 80};
    CHECK(watch_order(shop.s, order_id{"o-1"}) == exit_code::done);
    CHECK(shop.printed("\x1b[13A\x1b[J"));
    CHECK(shop.printed("completed SUCCESS"));
  }
}

TEST_CASE("watching an order that is held ends and says that something is stuck", "[sagactl][watch]") {
  fixture shop;
  shop.office.orders = {held(order_on_its_way("o-1"))};
  CHECK(watch_order(shop.s, order_id{"o-1"}) == exit_code::unhealthy);
  CHECK(shop.pauses == 0);
}

TEST_CASE("an order that never arrived is not found", "[sagactl][order]") {
  fixture shop;
  CHECK(watch_order(shop.s, order_id{"o-9"}) == exit_code::not_found);
  CHECK(tell_history(shop.s, order_id{"o-9"}, true) == exit_code::not_found);
  CHECK(shop.complained("There is no order 'o-9'"));
  CHECK(shop.out.str().empty());
}

TEST_CASE("nobody waits for an order when the output's reader has gone", "[sagactl][watch]") {
  fixture shop;
  shop.office.orders = {order_on_its_way("o-1")};
  shop.out.setstate(std::ios::badbit);
  CHECK(watch_order(shop.s, order_id{"o-1"}) == exit_code::done);
}
