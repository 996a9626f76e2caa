#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/shop.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad::tests {

namespace {

using lines = std::vector<std::string>;

constexpr milliseconds a_while{10'000};

node_options publishing(const std::string& name = "node-1") {
  auto options = shop::usual();
  options.name = name;
  options.publishes = true;
  return options;
}

template <class Adapter>
shop publishing_shop() {
  return shop_on<Adapter>(publishing());
}

/// `o-1#2`: the second fact of o-1.
lines numbers_of(const std::vector<fact>& facts) {
  lines found;
  for (const fact& f : facts)
    found.push_back(f.saga.value + "#" + std::to_string(f.sequence));
  return found;
}

lines all_of(const std::string& order, std::uint64_t first, std::uint64_t last) {
  lines all;
  for (std::uint64_t n = first; n <= last; ++n)
    all.push_back(order + "#" + std::to_string(n));
  return all;
}

batch_result commit(shop& s, batch work) { return must(s.node().commit(work, s.now)); }

batch_result accept(shop& s, const std::string& id) {
  batch work;
  work.submissions.push_back(order_of(id, {line("token", 1)}));
  return commit(s, work);
}

void publish(shop& s, const std::string& order, std::uint64_t up_to) {
  batch work;
  work.publications.push_back({.saga = saga_id{order}, .up_to = up_to});
  commit(s, work);
}

/// What is handed out `a_while` after everything so far.
lines left_over(shop& s, std::size_t sagas_max = 100) {
  const moment idle_since = s.now;
  s.now += a_while;
  return numbers_of(must(s.node().claim_unpublished(sagas_max, idle_since, s.now)));
}

/// Progress without meaning: as many facts more.
saga_update facts_more(shop& s, const std::string& order, std::uint64_t count) {
  saga_update u{.after = s.standing(order), .facts = {}};
  for (std::uint64_t i = 0; i < count; ++i)
    u.facts.push_back({.order = u.after.order,
                       .saga = u.after.id,
                       .sequence = ++u.after.sequence,
                       .at = s.now,
                       .type = "order.step.charge-payment.in-doubt",
                       .attempt = 3,
                       .code = "TIMEOUT",
                       .detail = "no answer"});
  return u;
}

batch_result record(shop& s, saga_update u) {
  batch work;
  work.updates.push_back(std::move(u));
  return commit(s, work);
}

std::size_t unpublished(shop& s) { return must(s.office().status(s.now)).unpublished; }

} // namespace

TEMPLATE_TEST_CASE("what became durable is to be published, word for word as the history tells it", "[publication]",
                   on_memory, on_sqlite, on_postgres) {
  shop s = publishing_shop<TestType>();
  auto told = accept(s, "o-1").to_publish;
  for (const fact& f : record(s, facts_more(s, "o-1", 2)).to_publish)
    told.push_back(f);
  CHECK(numbers_of(told) == all_of("o-1", 1, 3));
  CHECK(told == must(s.office().history(order_id{"o-1"}, 0)));
}

TEMPLATE_TEST_CASE("nothing is to be published that was not committed", "[publication]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = publishing_shop<TestType>();
  accept(s, "o-1");
  publish(s, "o-1", 1);
  batch work;
  work.submissions.push_back(order_of("o-2", {line("token", 1)}));
  work.updates.push_back(facts_more(s, "o-1", 1));
  work.updates.push_back(work.updates.back());
  work.updates.back().after.id = saga_id{"o-never-begun"};
  REQUIRE_FALSE(s.node().commit(work, s.now).has_value());
  CHECK(left_over(s).empty());
  CHECK(unpublished(s) == 0);
}

TEMPLATE_TEST_CASE("a crash between commit and publication hands the facts out again, in order", "[publication]",
                   on_memory, on_sqlite, on_postgres) {
  shop s = publishing_shop<TestType>();
  accept(s, "o-1");
  accept(s, "o-2");
  record(s, facts_more(s, "o-1", 3));
  publish(s, "o-1", 2);
  s.crash();
  s.reopen(publishing("second"));
  auto found = left_over(s);
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.substr(0, 3) < b.substr(0, 3); });
  CHECK(found == lines{"o-1#3", "o-1#4", "o-2#1"});
}

TEMPLATE_TEST_CASE("what was published is not handed out, and new facts are again", "[publication]", on_memory,
                   on_sqlite, on_postgres) {
  shop s = publishing_shop<TestType>();
  accept(s, "o-1");
  publish(s, "o-1", 1);
  CHECK(unpublished(s) == 0);
  CHECK(left_over(s).empty());
  record(s, facts_more(s, "o-1", 2));
  CHECK(unpublished(s) == 1);
  CHECK(left_over(s) == all_of("o-1", 2, 3));
}

TEMPLATE_TEST_CASE("a publication that is told late or twice takes nothing back", "[publication]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = publishing_shop<TestType>();
  accept(s, "o-1");
  record(s, facts_more(s, "o-1", 3));
  publish(s, "o-1", 3);
  publish(s, "o-1", 1);
  CHECK(left_over(s) == lines{"o-1#4"});
  publish(s, "o-1", 4);
  publish(s, "o-1", 3);
  publish(s, "o-unheard-of", 3);
  CHECK(left_over(s).empty());
  CHECK(unpublished(s) == 0);
}

TEMPLATE_TEST_CASE("a publication in the batch of newer facts leaves those to be published", "[publication]", on_memory,
                   on_sqlite, on_postgres) {
  shop s = publishing_shop<TestType>();
  accept(s, "o-1");
  batch work;
  work.updates.push_back(facts_more(s, "o-1", 1));
  work.publications.push_back({.saga = saga_id{"o-1"}, .up_to = 1});
  CHECK(numbers_of(commit(s, work).to_publish) == lines{"o-1#2"});
  CHECK(left_over(s) == lines{"o-1#2"});
}

TEMPLATE_TEST_CASE("facts that are being published are left alone until nothing was heard of them for a while",
                   "[publication]", on_memory, on_sqlite, on_postgres) {
  shop s = publishing_shop<TestType>();
  accept(s, "o-1");
  const moment idle_since = s.now - milliseconds{1};
  CHECK(must(s.node().claim_unpublished(10, idle_since, s.now)).empty()); // accepted since
  record(s, facts_more(s, "o-1", 2));
  s.now += a_while;
  publish(s, "o-1", 1);
  CHECK(must(s.node().claim_unpublished(10, s.now - milliseconds{1}, s.now)).empty()); // published since
  CHECK(left_over(s) == all_of("o-1", 2, 3));
  CHECK(must(s.node().claim_unpublished(10, s.now - milliseconds{1}, s.now)).empty()); // handed out since
  CHECK(left_over(s) == all_of("o-1", 2, 3));
}

TEMPLATE_TEST_CASE("what waits longest is handed out first, and only as many sagas as were asked for", "[publication]",
                   on_memory, on_sqlite, on_postgres) {
  shop s = publishing_shop<TestType>();
  for (const auto& id : lines{"o-3", "o-1", "o-2"}) {
    accept(s, id);
    s.now += a_while;
  }
  CHECK(left_over(s, 0).empty());
  CHECK(left_over(s, 1) == lines{"o-3#1"});
  CHECK(left_over(s, 1) == lines{"o-1#1"});
  CHECK(left_over(s, 1) == lines{"o-2#1"});
}

TEMPLATE_TEST_CASE("of one saga no more facts than a bound come at once, the first ones", "[publication]", on_memory,
                   on_sqlite, on_postgres) {
  shop s = publishing_shop<TestType>();
  accept(s, "o-1");
  record(s, facts_more(s, "o-1", facts_per_claim_max + 9));
  CHECK(left_over(s) == all_of("o-1", 1, facts_per_claim_max));
  publish(s, "o-1", facts_per_claim_max);
  CHECK(left_over(s) == all_of("o-1", facts_per_claim_max + 1, facts_per_claim_max + 10));
}

TEMPLATE_TEST_CASE("a claimed saga brings its unpublished facts along", "[publication]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = publishing_shop<TestType>();
  accept(s, "o-1");
  accept(s, "o-2");
  publish(s, "o-2", 1);
  record(s, facts_more(s, "o-1", 3));
  publish(s, "o-1", 2);
  s.crash();
  s.reopen(publishing("second"));
  auto found = must(s.node().claim(10, s.now));
  REQUIRE(found.size() == 2);
  if (found[0].now.id.value == "o-2")
    std::swap(found[0], found[1]);
  CHECK(numbers_of(found[0].unpublished) == all_of("o-1", 3, 4));
  CHECK(found[1].unpublished.empty());
}

TEMPLATE_TEST_CASE("an order that the operator accepted is announced too, by whoever claims it", "[publication]",
                   on_memory, on_sqlite, on_postgres) {
  shop s = publishing_shop<TestType>();
  s.submit_at_office(order_of("o-1", {line("token", 1)}));
  s.submit_at_office(order_of("o-1", {line("token", 1)}));
  CHECK(unpublished(s) == 1);
  const auto found = must(s.node().claim(10, s.now));
  REQUIRE(found.size() == 1);
  REQUIRE(numbers_of(found[0].unpublished) == lines{"o-1#1"});
  CHECK(found[0].unpublished[0].type == "order.accepted");
  publish(s, "o-1", 1);
  CHECK(unpublished(s) == 0);
}

TEMPLATE_TEST_CASE("the operator's orders are announced once any node has published", "[publication]", on_memory,
                   on_sqlite, on_postgres) {
  shop s = publishing_shop<TestType>();
  s.crash();
  s.submit_at_office(order_of("o-1", {line("token", 1)}));
  CHECK(unpublished(s) == 1);
  s.reopen();
  s.submit_at_office(order_of("o-2", {line("token", 1)}));
  CHECK(unpublished(s) == 2);
}

TEMPLATE_TEST_CASE("orders handed in before any node has started are announced by the first that publishes",
                   "[publication]", on_memory, on_sqlite, on_postgres) {
  TestType place;
  place.create();
  const auto office = must(place.open_back_office());
  must(office->set_price(sku{"token"}, 50));
  REQUIRE(must(office->submit({order_of("o-1", {line("token", 1)})}, moment{})).front().accepted);
  CHECK(must(office->status(moment{})).unpublished == 1);
  SECTION("and they are") {
    const auto node = must(place.open_node(publishing()));
    CHECK(must(office->status(moment{})).unpublished == 1);
  }
  SECTION("and leave no trace where it does not publish") {
    const auto node = must(place.open_node(shop::usual()));
    CHECK(must(office->status(moment{})).unpublished == 0);
  }
}

TEMPLATE_TEST_CASE("what changes nothing is not announced: a repeated order, a refused one, an outdated record",
                   "[publication]", on_memory, on_sqlite, on_postgres) {
  shop s = publishing_shop<TestType>();
  accept(s, "o-1");
  auto old = facts_more(s, "o-1", 1);
  auto newer = facts_more(s, "o-1", 2);
  CHECK(numbers_of(record(s, newer).to_publish) == all_of("o-1", 2, 3));
  CHECK(record(s, old).to_publish.empty());
  CHECK(record(s, newer).to_publish.empty());
  CHECK(accept(s, "o-1").to_publish.empty());
  batch work;
  work.submissions.push_back(order_of("o-2", {line("unknown", 1)}));
  CHECK(commit(s, work).to_publish.empty());
  CHECK(unpublished(s) == 1);
}

TEMPLATE_TEST_CASE("a node that does not publish leaves no trace", "[publication]", on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  CHECK(accept(s, "o-1").to_publish.empty());
  s.submit_at_office(order_of("o-2", {line("token", 1)}));
  s.drive_to_end("o-1");
  CHECK(unpublished(s) == 0);
  CHECK(left_over(s).empty());
  const auto found = must(s.node().claim(10, s.now));
  REQUIRE(found.size() == 1);
  CHECK(found[0].unpublished.empty());
  s.crash();
  s.reopen(publishing());
  CHECK(left_over(s).empty());
}

TEMPLATE_TEST_CASE("an order's whole life is announced once, in order", "[publication]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = publishing_shop<TestType>();
  s.submit(order_of("o-1", {line("token", 1)}));
  s.drive_to_end("o-1");
  const auto last = s.standing("o-1").sequence;
  CHECK(left_over(s) == all_of("o-1", 1, last));
  publish(s, "o-1", last);
  CHECK(left_over(s).empty());
}

TEMPLATE_TEST_CASE("a fenced node is handed nothing to publish", "[publication]", on_memory, on_sqlite, on_postgres) {
  shop s = publishing_shop<TestType>();
  accept(s, "o-1");
  s.place().give_lease_to_another();
  const auto found = s.node().claim_unpublished(10, s.now + a_while, s.now + a_while);
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().what == store_error::kind::fenced);
}

} // namespace sagad::tests
