#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <thread>

#include <catch2/catch.hpp>
#include <pqxx/pqxx>

#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/shop.hpp"

namespace sagad::tests {

namespace {

using kind = store_error::kind;

/// Asks until the answer is no longer empty; fails the test when it stays so.
std::string wait_for(const std::function<std::string()>& ask) {
  const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  std::string answer = ask();
  while (answer.empty() && std::chrono::steady_clock::now() < give_up_at) {
    std::this_thread::yield();
    answer = ask();
  }
  if (answer.empty())
    throw std::runtime_error{"what the test waits for did not happen"};
  return answer;
}

/// Ends the connection of whoever waits for `event` in this database.
void cut_off_who_waits_for(const on_postgres& place, const std::string& event) {
  wait_for([&] {
    return place.run_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                         "WHERE datname = current_database() AND wait_event = '" +
                         event + "'");
  });
}

/// Every commit of an order sleeps, after all of its statements and before it is a fact.
void make_commits_sleep(const on_postgres& place) {
  place.run_sql("CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$; "
                "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON sagad.orders DEFERRABLE INITIALLY DEFERRED "
                "FOR EACH ROW EXECUTE FUNCTION sleep()");
}

void let_commits_be(const on_postgres& place) { place.run_sql("DROP FUNCTION sleep CASCADE"); }

/// While it lives, a commit of a session that wants to know of a standby waits for one that is not there, after the
/// commit is on the disk. The server's other sessions want to know of none.
class missing_standby {
public:
  missing_standby() {
    set("synchronous_commit", "'local'");
    set("synchronous_standby_names", "'nobody'");
  }
  missing_standby(const missing_standby&) = delete;
  missing_standby& operator=(const missing_standby&) = delete;
  ~missing_standby() { forget(); }

  static void forget() {
    set("synchronous_standby_names", "''");
    set("synchronous_commit", "'on'");
  }

private:
  static void set(const std::string& name, const std::string& value) {
    run_sql(postgres_url(), "ALTER SYSTEM SET " + name + " = " + value);
    run_sql(postgres_url(), "SELECT pg_reload_conf()");
  }
};

/// Commits by `commit`, again and again, until one of them was durable and its connection was ended before it could say
/// so. (The server takes a moment to begin to wait for a standby: the first commits may go through.)
void cut_off_in_the_middle_of(const on_postgres& place, const std::function<void()>& commit) {
  std::atomic<bool> is_cut{false};
  const missing_standby nobody;
  auto committing = std::async(std::launch::async, [&] {
    while (!is_cut)
      commit();
  });
  cut_off_who_waits_for(place, "SyncRep");
  is_cut = true;
  missing_standby::forget();
  committing.get();
}

batch orders_from(const std::string& id) {
  batch work;
  work.submissions.push_back(order_of(id, {line("token", 1)}));
  work.commands.push_back(to_do(id + "/charge-payment", charge_of(50)));
  return work;
}

const auto shared_shop = [](on_postgres*& place) {
  auto owned = std::make_unique<on_postgres>();
  place = owned.get();
  return shop{std::move(owned)};
};

} // namespace

TEST_CASE("a connection that was ended between two calls costs one call, and nothing else", "[postgres][commit]") {
  on_postgres* place = nullptr;
  shop s = shared_shop(place);
  s.submit(order_of("o-1", {line("token", 1)}));
  place->run_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                 "WHERE datname = current_database() AND pid <> pg_backend_pid()");
  const auto told = s.node().commit(orders_from("o-2"), s.now);
  REQUIRE_FALSE(told.has_value());
  CHECK(told.error().what == kind::unavailable);
  CHECK_THAT(told.error().detail, Catch::Contains("committing a batch"));
  const auto again = must(s.node().commit(orders_from("o-2"), s.now));
  CHECK_FALSE(again.acceptances.front().duplicate);
  CHECK(s.office().list_orders({}).error().what == kind::unavailable); // its connection was ended as well
  CHECK(must(s.office().list_orders({})).size() == 2);
  CHECK(s.hears_of_others()); // whatever was said while it was deaf
  CHECK(s.balance() == 450);
}

TEST_CASE("a commit that was cut off before it was one is told as not done", "[postgres][commit]") {
  on_postgres* place = nullptr;
  shop s = shared_shop(place);
  make_commits_sleep(*place);
  auto told = std::async(std::launch::async, [&] { return s.node().commit(orders_from("o-1"), s.now); });
  cut_off_who_waits_for(*place, "PgSleep");
  const auto result = told.get();
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().what == kind::unavailable);
  CHECK_THAT(result.error().detail, Catch::Contains("nothing was done"));
  let_commits_be(*place);
  CHECK(must(s.office().list_orders({})).empty());
  CHECK_FALSE(must(s.node().commit(orders_from("o-1"), s.now)).acceptances.front().duplicate);
  CHECK(s.balance() == 450);
}

TEST_CASE("a commit whose answer got lost is told as done, with its answers", "[postgres][commit]") {
  on_postgres place;
  const auto office = must(place.open_back_office());
  must(office->set_price(sku{"token"}, 50));
  const auto n = must(postgres::open_node(place.url({}, "?options=-c%20synchronous_commit%3Don"), shop::usual(), 0));
  const moment now{milliseconds{1}};
  checkout::money accepted = 0;
  cut_off_in_the_middle_of(place, [&] {
    const auto result = must(n.keeper->commit(orders_from("o-" + std::to_string(++accepted)), now));
    CHECK(result.acceptances.front().accepted);
    CHECK_FALSE(result.acceptances.front().duplicate);
    CHECK(result.answers.front().outcome == reply_outcome::succeeded);
  });
  CHECK(must(office->list_orders({})).size() == static_cast<std::size_t>(accepted));
  CHECK(must(n.keeper->commit(orders_from("o-" + std::to_string(accepted)), now)).acceptances.front().duplicate);
  CHECK(must(office->audit(now)).charged == 50 * accepted);
}

TEST_CASE("an operator's credit whose answer got lost is given once", "[postgres][commit]") {
  on_postgres place;
  const auto office = must(postgres::open_back_office(place.url({}, "?options=-c%20synchronous_commit%3Don")));
  checkout::money credited = 0;
  cut_off_in_the_middle_of(place, [&] {
    ++credited;
    CHECK(must(office->credit(customer_id{"bob"}, 7))->balance == 500 + 7 * credited);
  });
  CHECK(must(office->find_wallet(customer_id{"bob"})).balance == 500 + 7 * credited);
}

TEST_CASE("a batch that lost a deadlock is done again", "[postgres][commit]") {
  on_postgres* place = nullptr;
  shop s = shared_shop(place);
  for (const auto* customer : {"alice", "bob"})
    must(s.office().credit(customer_id{customer}, 1));
  pqxx::connection on{place->url()};
  pqxx::work other{on};
  other.exec("SET LOCAL deadlock_timeout = '1min'"); // the other one notices first, and gives in
  other.exec("UPDATE sagad.wallets SET balance = balance WHERE customer = 'bob'");
  batch work;
  work.commands = {to_do("o-1/charge-payment", charge_of(50, "bob")),
                   to_do("o-2/charge-payment", charge_of(50, "alice"))};
  auto told = std::async(std::launch::async, [&] { return s.node().commit(work, s.now); });
  wait_for([&] {
    return place->run_sql("SELECT pid FROM pg_stat_activity "
                          "WHERE datname = current_database() AND wait_event_type = 'Lock'");
  });
  other.exec("UPDATE sagad.wallets SET balance = balance WHERE customer = 'alice'");
  other.commit();
  for (const ledger_answer& a : must(told.get()).answers)
    CHECK(a.outcome == reply_outcome::succeeded);
  CHECK(s.balance("alice") == 451);
  CHECK(s.balance("bob") == 451);
}

TEST_CASE("sessions that reach for the last units at once sell each of them once", "[postgres][commit]") {
  on_postgres* place = nullptr;
  shop s = shared_shop(place);
  constexpr int gateways = 3;
  constexpr int rounds = 15;
  const auto n = must(postgres::open_node(place->url(), shop::usual(), gateways));
  std::vector<int> sold(gateways);
  std::vector<std::string> problems(gateways);
  {
    std::vector<std::jthread> all;
    for (std::size_t g = 0; g < gateways; ++g)
      all.emplace_back([&, g] {
        for (int round = 0; round < rounds; ++round) {
          batch work;
          for (int i = 0; i < 10; ++i) {
            const std::string id = "o-" + std::to_string(round * 10 + i);
            // Half of the keys are the others' too.
            const std::string key = (i % 2 == 0 ? id : id + '-' + std::to_string(g)) + "/reserve-inventory";
            work.commands.push_back(to_do(key, reservation{{line("token", 1)}}));
          }
          const auto told = n.gateways[g]->commit(work, s.now);
          if (!told)
            problems[g] = told.error().detail;
          for (const ledger_answer& a : told ? told->answers : std::vector<ledger_answer>{})
            sold[g] += a.outcome == reply_outcome::succeeded ? 1 : 0;
        }
      });
  }
  for (const std::string& problem : problems)
    CHECK(problem.empty());
  CHECK(s.stock().available == 0);
  CHECK(s.stock().reserved == 100);
  CHECK(place->run_sql("SELECT count(*) FROM sagad.inbox WHERE recorded = 'succeeded'") == "100");
  CHECK(sold[0] + sold[1] + sold[2] >= 100);
  CHECK(s.findings(5).empty());
}

TEST_CASE("an order that two gateways accept at once is one order", "[postgres][commit]") {
  on_postgres* place = nullptr;
  shop s = shared_shop(place);
  make_commits_sleep(*place);
  place->run_sql("CREATE OR REPLACE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS "
                 "$$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END $$");
  const auto n = must(postgres::open_node(place->url(), shop::usual(), 2));
  const auto accept = [&](std::size_t g) {
    return std::async(std::launch::async, [&, g] { return n.gateways[g]->commit(orders_from("o-1"), s.now); });
  };
  pqxx::connection on{place->url()};
  pqxx::work gate{on};
  gate.exec("SELECT pg_advisory_xact_lock(1)");
  auto first = accept(0);
  const auto waiting_for = [&](const std::string& event) {
    return wait_for([&] {
      return place->run_sql("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = '" +
                            event + "'");
    });
  };
  waiting_for("advisory");
  auto second = accept(1);
  waiting_for("transactionid"); // for the first one's order, to become a fact or not
  gate.commit();
  CHECK_FALSE(must(first.get()).acceptances.front().duplicate);
  CHECK(must(second.get()).acceptances.front().duplicate);
  let_commits_be(*place);
  CHECK(s.balance() == 450);
}

} // namespace sagad::tests
