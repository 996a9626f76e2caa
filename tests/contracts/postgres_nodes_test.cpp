#include <algorithm>
#include <set>

#include <catch2/catch.hpp>
#include <pqxx/connection>
#include <pqxx/transaction>

#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/shop.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad::tests {

namespace {

using ids = std::vector<std::string>;

/// A cluster on one store, whose nodes' elapsed time is the test's.
class cluster {
public:
  cluster() {
    const auto office = must(place_.open_back_office());
    must(office->set_price(sku{"token"}, 50));
  }

  std::unique_ptr<store> node(const std::string& name) {
    auto options = shop::usual();
    options.name = name;
    auto sessions = must(postgres::open_node(place_.url(), options, 0, [this] { return elapsed_; }));
    return std::move(sessions.keeper);
  }

  void pass(milliseconds time) { elapsed_ += time; }
  /// As long as it takes, with a beat of each every 500 ms.
  void let_live(const std::vector<store*>& nodes, milliseconds time) {
    for (milliseconds passed{0}; passed < time; passed += milliseconds{500}) {
      pass(milliseconds{500});
      for (store* n : nodes)
        must(n->beat({.at = now}));
    }
  }

  on_postgres& place() { return place_; }
  moment now{milliseconds{1'793'166'480'000}};

private:
  on_postgres place_;
  std::chrono::steady_clock::time_point elapsed_{std::chrono::hours{1}};
};

void accept(store& by, const std::string& id, moment now) {
  batch work;
  work.submissions.push_back(order_of(id, {line("token", 1)}));
  REQUIRE(must(by.commit(work, now)).acceptances.front().accepted);
}

ids claimed(store& by, std::size_t count_max, moment due) {
  ids found;
  for (const stored_saga& s : must(by.claim(count_max, due)))
    found.push_back(s.now.id.value);
  return found;
}

saga_update held(store& by, const std::string& id, const std::string& reason, moment now) {
  event e;
  e.what = event::kind::hold;
  e.at = now;
  e.reason = reason;
  transition t = advance(checkout::checkout_saga, must(by.load(saga_id{id}))->now, e);
  return {.after = std::move(t.after), .facts = std::move(t.facts)};
}

store_result<batch_result> record(store& by, saga_update u, moment now) {
  batch work;
  work.updates.push_back(std::move(u));
  return by.commit(work, now);
}

} // namespace

TEST_CASE("a survivor takes over what a silent node drove: after two seconds and not before", "[postgres][nodes]") {
  cluster c;
  const auto dead = c.node("dead");
  const auto survivor = c.node("survivor");
  accept(*dead, "o-1", c.now);
  must(survivor->beat({.at = c.now}));
  must(survivor->changed_by_others());
  c.let_live({survivor.get()}, milliseconds{1'500});
  CHECK(claimed(*survivor, 10, c.now).empty());
  c.let_live({survivor.get()}, milliseconds{500});
  CHECK(claimed(*survivor, 10, c.now) == ids{"o-1"});
}

TEST_CASE("a survivor that looked away takes over nothing before it has watched for two seconds", "[postgres][nodes]") {
  cluster c;
  const auto other = c.node("other");
  const auto survivor = c.node("survivor");
  accept(*other, "o-1", c.now);
  c.let_live({survivor.get()}, milliseconds{2'000});
  c.pass(milliseconds{30'000});
  must(survivor->beat({.at = c.now}));
  c.let_live({survivor.get()}, milliseconds{1'500});
  CHECK(claimed(*survivor, 10, c.now).empty());
  accept(*other, "o-2", c.now); // it was never fenced
}

TEST_CASE("a survivor that may not fence says so, and takes over as soon as it may", "[postgres][nodes]") {
  cluster c;
  const auto dead = c.node("dead");
  const auto survivor = c.node("survivor");
  accept(*dead, "o-1", c.now);
  c.place().run_sql("CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS "
                    "$$ BEGIN RAISE EXCEPTION 'no right to fence' USING ERRCODE = 'insufficient_privilege'; END $$; "
                    "CREATE TRIGGER no_fence BEFORE UPDATE OF fenced_at ON sagad.nodes "
                    "FOR EACH ROW EXECUTE FUNCTION forbid()");
  c.let_live({survivor.get()}, milliseconds{2'000});
  c.pass(milliseconds{500});
  CHECK_THAT(must(survivor->beat({.at = c.now})).fence_problem, Catch::Contains("no right to fence"));
  c.place().run_sql("DROP TRIGGER no_fence ON sagad.nodes; DROP FUNCTION forbid");
  c.pass(milliseconds{500});
  CHECK(must(survivor->beat({.at = c.now})).fence_problem.empty());
  CHECK(claimed(*survivor, 10, c.now) == ids{"o-1"});
}

TEST_CASE("nodes that beat leave each other alone", "[postgres][nodes]") {
  cluster c;
  const auto first = c.node("first");
  const auto second = c.node("second");
  accept(*first, "o-1", c.now);
  c.let_live({first.get(), second.get()}, milliseconds{10'000});
  CHECK(claimed(*second, 10, c.now).empty());
  accept(*first, "o-2", c.now);
}

TEST_CASE("a node that slept past its lease writes nothing and hears who fenced it", "[postgres][nodes]") {
  cluster c;
  const auto sleeper = c.node("sleeper");
  const auto survivor = c.node("survivor");
  accept(*sleeper, "o-1", c.now);
  auto believed = held(*sleeper, "o-1", "what the sleeper believes", c.now);
  must(survivor->beat({.at = c.now}));
  c.let_live({survivor.get()}, milliseconds{2'000});
  REQUIRE(claimed(*survivor, 10, c.now) == ids{"o-1"});

  const auto woken = record(*sleeper, believed, c.now);
  REQUIRE_FALSE(woken.has_value());
  CHECK(woken.error().what == store_error::kind::fenced);
  CHECK_THAT(woken.error().detail,
             Catch::Contains("sleeper (epoch 1)") && Catch::Contains("fenced by survivor (epoch 2) at 2026-"));
  CHECK(sleeper->beat({.at = c.now}).error().what == store_error::kind::fenced);
  CHECK(sleeper->beat({.at = c.now, .leaving = true}).error().what == store_error::kind::fenced);
  CHECK(must(survivor->load(saga_id{"o-1"}))->now.state == saga_state::running);
}

TEST_CASE("of two nodes that both believe they own an order, the one that does not writes nothing",
          "[postgres][nodes]") {
  cluster c;
  const auto older = c.node("older");
  const auto newer = c.node("newer");
  accept(*older, "o-1", c.now);
  auto of_older = held(*older, "o-1", "older", c.now);
  auto of_newer = held(*older, "o-1", "newer", c.now);
  // No fence holds the older one back, only that the order is another's.
  c.place().run_sql("UPDATE sagad.sagas SET owner = 2");
  must(record(*older, of_older, c.now));
  CHECK(must(older->load(saga_id{"o-1"}))->now.state == saga_state::running);
  must(record(*newer, of_newer, c.now));
  const auto office = must(c.place().open_back_office());
  const auto told = must(office->history(order_id{"o-1"}, 1));
  REQUIRE(told.size() == 1);
  CHECK(told[0].detail == of_newer.facts[0].detail);
  must(record(*older, of_older, c.now));
  CHECK(must(older->load(saga_id{"o-1"}))->now == of_newer.after);
}

TEST_CASE("a node with a commit in flight is fenced only when that commit is through, and nobody waits for it",
          "[postgres][nodes]") {
  cluster c;
  const auto hung = c.node("hung");
  const auto survivor = c.node("survivor");
  accept(*hung, "o-1", c.now);
  {
    pqxx::connection on{c.place().url()};
    pqxx::work in_flight{on};
    in_flight.exec("SELECT FROM sagad.nodes WHERE epoch = 1 FOR KEY SHARE"); // as every commit begins
    must(survivor->beat({.at = c.now}));
    c.let_live({survivor.get()}, milliseconds{3'000});
    CHECK(claimed(*survivor, 10, c.now).empty());
    in_flight.commit();
  }
  c.let_live({survivor.get()}, milliseconds{500});
  CHECK(claimed(*survivor, 10, c.now) == ids{"o-1"});
}

TEST_CASE("survivors share what a dead node drove, in batches", "[postgres][nodes]") {
  cluster c;
  const auto dead = c.node("dead");
  const auto first = c.node("first");
  const auto second = c.node("second");
  batch work;
  for (int i = 10; i < 50; ++i)
    work.submissions.push_back(order_of("o-" + std::to_string(i), {line("token", 1)}));
  must(dead->commit(work, c.now));
  c.place().run_sql("UPDATE sagad.nodes SET fenced_at = 0, fenced_by = 2 WHERE epoch = 1");
  // While one survivor's claim is not committed yet, the other takes from the rest without waiting.
  pqxx::connection on{c.place().url()};
  pqxx::work slow_survivor{on};
  const auto held_up = slow_survivor.exec("SELECT id FROM sagad.sagas LIMIT 10 FOR UPDATE");
  auto of_first = claimed(*first, 15, c.now);
  auto of_second = claimed(*second, 100, c.now);
  CHECK(of_first.size() == 15);
  CHECK(of_second.size() == 15);
  slow_survivor.abort();
  const auto rest = claimed(*first, 100, c.now);
  CHECK(rest.size() == 10);
  std::set<std::string> all{rest.begin(), rest.end()};
  all.insert(of_first.begin(), of_first.end());
  all.insert(of_second.begin(), of_second.end());
  CHECK(all.size() == 40);
  CHECK(claimed(*second, 100, c.now).empty());
  CHECK(c.place().run_sql("SELECT has_orphans FROM sagad.nodes WHERE epoch = 1") == "f");
}

TEST_CASE("a node that leaves hands its orders to those who stay, at once, and they hear of it", "[postgres][nodes]") {
  cluster c;
  const auto leaving = c.node("leaving");
  const auto staying = c.node("staying");
  accept(*leaving, "o-1", c.now);
  must(staying->changed_by_others());
  must(leaving->beat({.at = c.now, .leaving = true}));
  const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  bool heard = false;
  while (!heard && std::chrono::steady_clock::now() < give_up_at)
    heard = must(staying->changed_by_others());
  CHECK(heard);
  CHECK(claimed(*staying, 10, c.now) == ids{"o-1"});
  const auto late = leaving->commit({}, c.now);
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().what == store_error::kind::fenced);
  CHECK_THAT(late.error().detail, Catch::Contains("leaving (epoch 1) said goodbye"));
  must(leaving->beat({.at = c.now, .leaving = true})); // its first goodbye may have been lost
}

TEST_CASE("what a node that is gone said of faults and of new customers is nothing while another lives",
          "[postgres][nodes]") {
  cluster c;
  auto strict = shop::usual();
  strict.name = "strict";
  strict.allow_faults = false;
  strict.initial_credit = 3;
  auto lax = shop::usual();
  lax.name = "lax";
  const auto first = must(postgres::open_node(c.place().url(), strict, 0));
  const auto second = must(postgres::open_node(c.place().url(), lax, 0));
  const auto office = must(c.place().open_back_office());
  const auto submit = [&](const std::string& id) {
    const auto order = order_with_fault(id, {.step = "charge-payment", .kind = fault_kind::kill});
    return must(office->submit({order}, c.now)).front().accepted;
  };
  CHECK_FALSE(submit("one-forbids"));
  CHECK(must(office->find_wallet(customer_id{"carol"})).balance == 500);
  must(second.keeper->beat({.at = c.now, .leaving = true}));
  CHECK_FALSE(submit("the-other-is-gone"));
  CHECK(must(office->find_wallet(customer_id{"carol"})).balance == 3);
  must(first.keeper->beat({.at = c.now, .leaving = true}));
  CHECK(submit("nobody-lives-and-the-last-one-did"));
}

TEST_CASE("all sessions of a node are one incarnation", "[postgres][nodes]") {
  on_postgres place;
  const auto office = must(place.open_back_office());
  must(office->set_price(sku{"token"}, 50));
  const auto n = must(postgres::open_node(place.url(), shop::usual(), 2));
  REQUIRE(n.gateways.size() == 2);
  const moment now{milliseconds{1}};
  accept(*n.gateways[0], "o-1", now);
  accept(*n.gateways[1], "o-2", now);
  auto nodes = must(office->status(now)).nodes;
  REQUIRE(nodes.size() == 1);
  CHECK(nodes[0].drives == 2);
  must(n.keeper->beat({.at = now, .leaving = true}));
  CHECK(n.gateways[0]->commit({}, now).error().what == store_error::kind::fenced);
}

TEST_CASE("a fact that comes while another node tells of publications stays to be published", "[postgres][nodes]") {
  on_postgres place;
  auto options = shop::usual();
  options.publishes = true;
  const auto office = must(place.open_back_office());
  must(office->set_price(sku{"token"}, 50));
  const auto owner = must(postgres::open_node(place.url(), options, 0)).keeper;
  const moment now{milliseconds{1}};
  accept(*owner, "o-1", now);
  const auto other = must(postgres::open_node(place.url(), options, 0)).keeper;
  must(record(*owner, held(*owner, "o-1", "because", now), now));
  batch told;
  told.publications.push_back({.saga = saga_id{"o-1"}, .up_to = 1});
  must(other->commit(told, now));
  CHECK(must(office->status(now)).unpublished == 1);
  CHECK(must(other->claim_unpublished(10, now, now)).size() == 1);
}

} // namespace sagad::tests
