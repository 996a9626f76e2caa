#include <array>
#include <atomic>
#include <csignal>
#include <thread>

#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/sqlite/sqlite_store.hpp"
#include "tests/contracts/shop.hpp"

namespace sagad::tests {

namespace {

constexpr int kills = 5;
constexpr int orders_per_batch = 10;

/// Numbers that a process tells its parent, one by one.
class tally {
public:
  tally() { REQUIRE(::pipe(ends_.data()) == 0); }
  tally(const tally&) = delete;
  tally& operator=(const tally&) = delete;
  ~tally() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }

  void tell(int number) const {
    if (::write(ends_[1], &number, sizeof number) != sizeof number)
      ::_exit(1);
  }
  void stop_telling() { ::close(std::exchange(ends_[1], -1)); }
  std::optional<int> hear() const {
    int number = 0;
    return ::read(ends_[0], &number, sizeof number) == sizeof number ? std::optional{number} : std::nullopt;
  }

private:
  std::array<int, 2> ends_{};
};

/// Accepts and charges orders until it is killed; tells each batch once it is durable.
[[noreturn]] void do_business(const std::string& path, int first, const tally& told) {
  const auto node = sqlite::open_node(path, shop::usual());
  if (!node)
    ::_exit(1);
  for (int i = first;; i += orders_per_batch) {
    batch work;
    for (int n = i; n < i + orders_per_batch; ++n) {
      const std::string id = "o-" + std::to_string(n);
      work.submissions.push_back(order_of(id, {line("token", 1)}, "customer-" + std::to_string(n % 7)));
      work.commands.push_back(to_do(id + "/charge-payment", charge_of(1, "customer-" + std::to_string(n % 7))));
      work.commands.push_back(to_do(id + "/reserve-inventory", reservation{{line("token", 1)}}));
    }
    if (!(*node)->commit(work, moment{}))
      ::_exit(1);
    told.tell(i + orders_per_batch);
  }
}

} // namespace

TEST_CASE("a node that is killed at any moment has lost no order that it told of", "[sqlite][processes]") {
  const temp_folder folder;
  const auto path = folder.file("shop.db");
  must(sqlite::migrate(path));
  const auto office = must(sqlite::open_back_office(path));
  must(office->set_price(sku{"token"}, 1));
  must(office->add_stock(sku{"token"}, 1'000'000));
  int durable = 0;
  for (int killed = 0; killed < kills; ++killed) {
    tally told;
    const pid_t node = ::fork();
    REQUIRE(node >= 0);
    if (node == 0)
      do_business(path, durable, told);
    told.stop_telling();
    for (int heard = 0; heard < 3 + killed; ++heard)
      durable = told.hear().value_or(durable);
    REQUIRE(::kill(node, SIGKILL) == 0);
    while (const auto last_words = told.hear())
      durable = *last_words;
    int status = 0;
    REQUIRE(::waitpid(node, &status, 0) == node);
    REQUIRE(WIFSIGNALED(status));

    const auto report = must(office->audit(moment{}));
    CHECK(report.findings.empty());
    CHECK(report.orders >= static_cast<std::size_t>(durable));
    CHECK(report.orders % orders_per_batch == 0); // a batch is there as a whole or not at all
    for (int n = 0; n < durable; ++n)
      REQUIRE(must(office->find_order(order_id{"o-" + std::to_string(n)})).has_value());
  }
  CHECK(durable > 0);
}

TEST_CASE("an operator gets a turn beside a node that never rests", "[sqlite][processes]") {
  shop s = shop_on<on_sqlite>();
  std::atomic<bool> enough{false};
  std::atomic<int> failed{0};
  std::jthread node{[&] {
    for (int i = 0; !enough; ++i) {
      batch work;
      work.submissions.push_back(order_of("o-" + std::to_string(i), {line("token", 1)}));
      failed += s.node().commit(work, s.now) ? 0 : 1;
    }
  }};
  for (int i = 0; i < 20; ++i)
    must(s.office().credit(customer_id{"bob"}, 1));
  enough = true;
  node.join();
  CHECK(failed == 0);
  CHECK(s.balance("bob") == 520);
}

} // namespace sagad::tests
