#include <filesystem>
#include <fstream>

#include <SQLiteCpp/Database.h>
#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/sqlite/sqlite_store.hpp"
#include "tests/contracts/shop.hpp"

namespace sagad::tests {

namespace {

using kind = store_error::kind;

void write_file(const std::string& path, const std::string& content) {
  std::ofstream{path, std::ios::binary} << content;
}

std::string content_of(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// Every way of opening `path` is refused the same way; the error.
store_error refusal_of(const std::string& path) {
  const auto node = sqlite::open_node(path, shop::usual());
  const auto office = sqlite::open_back_office(path);
  REQUIRE_FALSE(node.has_value());
  REQUIRE_FALSE(office.has_value());
  CHECK(node.error().what == office.error().what);
  CHECK(node.error().detail == office.error().detail);
  return node.error();
}

/// A store with some business in it, closed in good order.
void make_store(const std::string& path) {
  const auto node = must(sqlite::open_node(path, shop::usual()));
  const auto office = must(sqlite::open_back_office(path));
  must(office->set_price(sku{"token"}, 50));
  batch work;
  for (int i = 0; i < 200; ++i)
    work.submissions.push_back(order_of("o-" + std::to_string(i), {line("token", 1)}));
  must(node->commit(work, moment{}));
}

} // namespace

TEST_CASE("a node on a file that is not there makes a store; an operator does not", "[sqlite][file]") {
  const temp_folder folder;
  const auto path = folder.file("shop.db");
  const auto office = sqlite::open_back_office(path);
  REQUIRE_FALSE(office.has_value());
  CHECK(office.error().what == kind::unavailable);
  CHECK_THAT(office.error().detail, Catch::Contains("there is no store") && Catch::Contains("sagad migrate"));
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK(sqlite::open_node(path, shop::usual()).has_value());
  CHECK(sqlite::open_back_office(path).has_value());
}

TEST_CASE("migrating makes a store of nothing, and nothing of a store", "[sqlite][file]") {
  const temp_folder folder;
  const auto path = folder.file("shop.db");
  const auto first = must(sqlite::migrate(path));
  CHECK(first.from == 0);
  CHECK(first.to > 0);
  CHECK(must(sqlite::migrate(path)).from == first.to);
  const auto node = must(sqlite::open_node(path, shop::usual()));
  CHECK(must(sqlite::migrate(path)).from == first.to); // beside a node too, when there is nothing to do
}

TEST_CASE("an empty file is as good as none", "[sqlite][file]") {
  const temp_folder folder;
  const auto path = folder.file("shop.db");
  write_file(path, "");
  CHECK(sqlite::open_node(path, shop::usual()).has_value());
}

TEST_CASE("a store lives in the journal mode and survives in the file alone", "[sqlite][file]") {
  const temp_folder folder;
  make_store(folder.file("shop.db"));
  std::filesystem::copy_file(folder.file("shop.db"), folder.file("copy.db"));
  const auto office = must(sqlite::open_back_office(folder.file("copy.db")));
  CHECK(must(office->list_orders({})).size() == 200);
}

TEST_CASE("a file of another kind is refused and left as it was", "[sqlite][file]") {
  const temp_folder folder;
  const auto path = folder.file("shop.db");
  const std::string prose(5'000, 'x');
  write_file(path, prose);
  const auto error = refusal_of(path);
  CHECK(error.what == kind::corrupt);
  CHECK_THAT(error.detail, Catch::EndsWith("is not a SQLite database"));
  CHECK_FALSE(sqlite::migrate(path).has_value());
  CHECK(content_of(path) == prose);
  CHECK_FALSE(std::filesystem::exists(path + "-lease"));
}

TEST_CASE("another program's database is refused and left as it was", "[sqlite][file]") {
  const temp_folder folder;
  const auto path = folder.file("shop.db");
  const auto pragma =
      GENERATE(as<std::string>{}, "PRAGMA user_version = 0", "PRAGMA user_version = 1", "PRAGMA application_id = 1");
  SQLite::Database{path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE}.exec("CREATE TABLE diary (day TEXT); " + pragma);
  const auto before = content_of(path);
  const auto error = refusal_of(path);
  CHECK(error.what == kind::corrupt);
  CHECK_THAT(error.detail, Catch::Contains("another program"));
  const auto migrated = sqlite::migrate(path);
  REQUIRE_FALSE(migrated.has_value());
  CHECK(migrated.error().what == kind::corrupt);
  CHECK(content_of(path) == before);
}

TEST_CASE("an older schema names the way to upgrade, a newer one the way out", "[sqlite][file]") {
  const temp_folder folder;
  const auto path = folder.file("shop.db");
  must(sqlite::migrate(path));
  SQLite::Database{path, SQLite::OPEN_READWRITE}.exec("PRAGMA user_version = 0");
  auto error = refusal_of(path);
  CHECK(error.what == kind::schema);
  CHECK_THAT(error.detail, Catch::Contains("schema 0") && Catch::Contains("sagad migrate"));

  SQLite::Database{path, SQLite::OPEN_READWRITE}.exec("PRAGMA user_version = 1000");
  error = refusal_of(path);
  CHECK(error.what == kind::schema);
  CHECK_THAT(error.detail, Catch::Contains("schema 1000") && Catch::Contains("newer"));
  const auto migrated = sqlite::migrate(path);
  REQUIRE_FALSE(migrated.has_value());
  CHECK(migrated.error().what == kind::schema);
}

TEST_CASE("a file that lost its end is refused as damaged", "[sqlite][file]") {
  const temp_folder folder;
  const auto path = folder.file("shop.db");
  make_store(path);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  const auto error = refusal_of(path);
  CHECK(error.what == kind::corrupt);
  CHECK_THAT(error.detail, Catch::Contains("damaged"));
}

TEST_CASE("damage inside a file is found where it is read, and told as damage", "[sqlite][file]") {
  const temp_folder folder;
  const auto path = folder.file("shop.db");
  make_store(path);
  constexpr std::streamoff page = 4'096;
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(path));
  {
    std::fstream file{path, std::ios::binary | std::ios::in | std::ios::out};
    for (std::streamoff at = page; at < size; at += page)
      file.seekp(at) << std::string(page, '\x5a');
  }
  const auto node = sqlite::open_node(path, shop::usual());
  REQUIRE_FALSE(node.has_value());
  CHECK(node.error().what == kind::corrupt);
}

TEST_CASE("a saga that cannot be read is told by its order, and the others can be", "[sqlite][file]") {
  auto place = std::make_unique<on_sqlite>();
  on_sqlite& file = *place;
  shop s{std::move(place)};
  s.submit(order_of("o-1", {line("token", 1)}));
  s.submit(order_of("o-2", {line("token", 1)}));
  file.run_sql("UPDATE sagas SET progress = '{}' WHERE number = (SELECT number FROM saga_numbers WHERE id = 'o-1')");
  const auto broken = s.node().load(saga_id{"o-1"});
  REQUIRE_FALSE(broken.has_value());
  CHECK(broken.error().what == kind::corrupt);
  CHECK_THAT(broken.error().detail, Catch::Contains("o-1"));
  CHECK(s.standing("o-2").state == saga_state::running);
}

TEST_CASE("a folder is no store, nor is a path that leads nowhere", "[sqlite][file]") {
  const temp_folder folder;
  CHECK(sqlite::open_node(folder.path().string(), shop::usual()).error().what == kind::unavailable);
  CHECK_THAT(sqlite::open_node(folder.path().string(), shop::usual()).error().detail, Catch::Contains("directory"));
  const auto nowhere = sqlite::open_node(folder.file("missing/shop.db"), shop::usual());
  REQUIRE_FALSE(nowhere.has_value());
  CHECK(nowhere.error().what == kind::unavailable);
}

TEST_CASE("one file is one store, whatever name it is opened by", "[sqlite][file]") {
  const temp_folder folder;
  const auto node = must(sqlite::open_node(folder.file("shop.db"), shop::usual()));
  std::filesystem::create_symlink(folder.file("shop.db"), folder.file("link.db"));
  const auto second = sqlite::open_node(folder.file("link.db"), shop::usual());
  REQUIRE_FALSE(second.has_value());
  CHECK_THAT(second.error().detail, Catch::Contains("in use by node-1"));
}

TEST_CASE("the lease of a process that was killed is free at once", "[sqlite][file]") {
  const temp_folder folder;
  const auto path = folder.file("shop.db");
  must(sqlite::migrate(path));
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto node = sqlite::open_node(path, shop::usual());
    if (!node)
      _exit(1);
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  CHECK(sqlite::open_node(path, shop::usual()).has_value());
}

TEST_CASE("a file that may only be read is refused, not lied about", "[sqlite][file]") {
  const temp_folder folder;
  const auto path = folder.file("shop.db");
  make_store(path);
  namespace fs = std::filesystem;
  const bool folder_too = GENERATE(false, true);
  fs::permissions(path, fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
  fs::permissions(folder.path(), folder_too ? fs::perms{0555} : fs::perms{0777});
  // Root may write anything: the attempt is made by somebody else, in a process of their own.
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    constexpr uid_t nobody = 65534;
    if (getuid() == 0 && (setgid(nobody) != 0 || setuid(nobody) != 0))
      _exit(2);
    const auto node = sqlite::open_node(path, shop::usual());
    _exit(!node && node.error().what == kind::unavailable ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  fs::permissions(folder.path(), fs::perms::owner_all);
}

} // namespace sagad::tests
