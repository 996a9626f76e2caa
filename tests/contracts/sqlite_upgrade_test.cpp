#include <SQLiteCpp/Database.h>
#include <catch2/catch.hpp>

#include "adapters/sqlite/migrations/0001_first_light.hpp"
#include "adapters/sqlite/migrations/0002_facts_out.hpp"
#include "adapters/sqlite/sqlite_store.hpp"
#include "tests/contracts/shop.hpp"

namespace sagad::tests {

namespace {

constexpr auto unchanged_since_schema_1 = {"saga_numbers", "orders", "sagas",   "facts", "inbox",          "wallets",
                                           "charges",      "stock",  "catalog", "lease", "reserved_units", "shipments"};

/// A file as schema 1 left it, with what stands in `model`, a store of today.
void make_schema_1(const std::string& path, const std::string& model) {
  SQLite::Database file{path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
  file.exec("PRAGMA journal_mode = WAL");
  file.exec(sqlite::first_light);
  file.exec("PRAGMA application_id = 0x73616761; PRAGMA user_version = 1");
  file.exec("ATTACH '" + model + "' AS model; DELETE FROM lease");
  for (const std::string table : unchanged_since_schema_1)
    file.exec("INSERT INTO main." + table + " SELECT * FROM model." + table);
  file.exec("INSERT INTO main.nodes SELECT epoch, name, started_at, last_seen_at, stopped_at, initial_credit, "
            "allow_faults FROM model.nodes");
  file.exec("INSERT INTO main.dead_letters SELECT id, source, reason, body, at FROM model.dead_letters");
}

/// A shop's file of schema 1: o-1 completed, o-2 running, o-3 waiting for a node.
std::string old_shop(const temp_folder& folder) {
  auto place = std::make_unique<on_sqlite>();
  const std::string model = place->file();
  shop s{std::move(place)};
  s.submit(order_of("o-1", {line("token", 2)}));
  s.drive_to_end("o-1");
  s.submit(order_of("o-2", {line("token", 1)}));
  s.submit_at_office(order_of("o-3", {line("token", 1)}));
  const std::string path = folder.file("old.db");
  make_schema_1(path, model);
  return path;
}

} // namespace

TEST_CASE("a store of schema 1 is told to migrate, and left as it was", "[sqlite][upgrade]") {
  const temp_folder folder;
  const auto path = old_shop(folder);
  const auto node = sqlite::open_node(path, shop::usual());
  REQUIRE_FALSE(node.has_value());
  CHECK(node.error().what == store_error::kind::schema);
  CHECK_THAT(node.error().detail, Catch::Contains("has schema 1, this program needs 3") &&
                                      Catch::Contains("`sagad migrate --store sqlite:" + path + "`"));
  CHECK(sqlite::open_back_office(path).error().what == store_error::kind::schema);
  CHECK(must(sqlite::migrate(path)).from == 1);
}

TEST_CASE("a store of schema 1 with orders in it goes on after its migration", "[sqlite][upgrade]") {
  const temp_folder folder;
  const auto path = old_shop(folder);
  const auto done = must(sqlite::migrate(path));
  CHECK(done.from == 1);
  CHECK(done.to == 3);

  const auto office = must(sqlite::open_back_office(path));
  const moment now = shop::usual().started_at.value();
  const auto before = must(office->status(now));
  REQUIRE(before.nodes.size() == 1);
  CHECK(before.nodes[0].plays == node_options{}.plays);
  CHECK(before.nodes[0].drives == 1);
  CHECK_FALSE(before.nodes[0].drain_wanted);
  CHECK(before.unpublished == 0);
  CHECK(must(office->audit(now)).findings.empty());
  CHECK(must(office->list_orders({})).size() == 3);

  auto options = shop::usual();
  options.publishes = true;
  const auto node = must(sqlite::open_node(path, options));
  const auto found = must(node->claim(10, now));
  CHECK(found.size() == 2);
  batch work;
  work.submissions.push_back(order_of("o-4", {line("token", 1)}));
  CHECK(must(node->commit(work, now)).to_publish.size() == 1);
  CHECK(must(node->claim_unpublished(10, now, now)).size() == 1); // what schema 1 told was for nobody outside
  CHECK(must(office->audit(now)).findings.empty());
}

TEST_CASE("a store of schema 2 with dead letters and nodes in it goes on after its migration", "[sqlite][upgrade]") {
  const temp_folder folder;
  const auto path = folder.file("schema2.db");
  {
    SQLite::Database file{path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
    file.exec("PRAGMA journal_mode = WAL");
    file.exec(sqlite::first_light);
    file.exec(sqlite::facts_out);
    file.exec("PRAGMA application_id = 0x73616761; PRAGMA user_version = 2");
    file.exec("INSERT INTO dead_letters (source, reason, body, at) VALUES ('s', 'r', x'00FF', 7)");
    file.exec("INSERT INTO nodes VALUES (1, 'old', 1, 2, 3, 500, 1, 'payment', 0, 0, '')");
  }
  CHECK(must(sqlite::migrate(path)).from == 2);
  const auto office = must(sqlite::open_back_office(path));
  const auto status = must(office->status(moment{}));
  CHECK(status.dead_letters == 1);
  CHECK(status.open_operations == 0);
  CHECK(status.rules.empty());
  REQUIRE(status.nodes.size() == 1);
  CHECK(status.nodes[0].circuits.empty());
  CHECK(must(office->find_letter(1)).value().letter.body == std::string{"\0\xFF", 2});
  CHECK(must(office->discard_letters({1}, "mia", "why", moment{})).front() == letter_verdict::done);
}

} // namespace sagad::tests
