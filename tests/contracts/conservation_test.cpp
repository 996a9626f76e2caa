#include <array>
#include <cstdlib>
#include <iostream>
#include <random>

#include <catch2/catch.hpp>

#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/shop.hpp"

namespace sagad::tests {

namespace {

constexpr int batches = 150;
constexpr int commands_per_batch_max = 12;

std::uint64_t chosen_seed() {
  if (const char* given = std::getenv("SAGAD_SEED"))
    return std::strtoull(given, nullptr, 10);
  return std::random_device{}();
}

bool same(const ledger_answer& a, const ledger_answer& b) {
  return a.outcome == b.outcome && a.code == b.code && a.detail == b.detail && a.result == b.result;
}

/// Commands in any order, about effects that collide: few customers, scarce stock, each key again and again.
class any_command {
public:
  explicit any_command(std::uint64_t seed) : random_(seed) {}

  std::vector<ledger_command> some() {
    std::vector<ledger_command> chosen(static_cast<std::size_t>(between(1, commands_per_batch_max)));
    for (ledger_command& c : chosen)
      c = one();
    return chosen;
  }

  long between(long low, long high) { return std::uniform_int_distribution<long>{low, high}(random_); }

  std::string item() { return std::array<std::string, 3>{"token", "rare", "never-sold"}.at(choice(3)); }
  std::string customer() { return std::array<std::string, 3>{"alice", "bob", "carol"}.at(choice(3)); }

private:
  ledger_command one() {
    const std::string saga = "o-" + std::to_string(between(1, 60));
    static const std::array<std::string, 5> steps{"charge-payment", "reserve-inventory", "schedule-delivery",
                                                  "confirm-order", "notify-customer"};
    const std::size_t step = choice(steps.size());
    const effect what = between(1, 20) == 1 ? effect{injected_refusal{"NO_WAY"}} : effect_of(step);
    const std::string key = saga + '/' + steps.at(step);
    const long dice = between(1, 10);
    return dice <= 5 ? to_do(key, what) : dice <= 8 ? to_undo(key, what) : to_probe(key, what);
  }

  effect effect_of(std::size_t step) {
    switch (step) {
    case 0:
      return charge_of(between(1, 30) == 1 ? -1 : between(0, 200), customer());
    case 1: {
      reservation r;
      for (long lines = between(0, 3); lines >= 0; --lines)
        r.lines.push_back(line(item(), between(1, 20) == 1 ? checkout::amount_max : between(0, 12)));
      return r;
    }
    case 2:
      return shipment{order_id{"o"}, customer_id{customer()}};
    default:
      return mark{.final = step == 3};
    }
  }

  std::size_t choice(std::size_t n) { return static_cast<std::size_t>(between(0, static_cast<long>(n) - 1)); }

  std::mt19937_64 random_;
};

/// What promise 5 is about, and how much of it there is.
std::vector<std::int64_t> levels(shop& s) {
  const auto report = s.audit();
  for (const audit_finding& f : report.findings)
    CHECK((f.promise != 5 && f.check != "an effect and its record disagree"));
  std::vector<std::int64_t> all{report.credited,
                                report.balances,
                                report.charged,
                                report.units_in,
                                report.available,
                                report.reserved,
                                static_cast<std::int64_t>(report.effects)};
  for (const wallet& w : must(s.office().wallets()))
    all.push_back(w.balance);
  for (const stock_level& l : must(s.office().stock()))
    all.insert(all.end(), {l.available, l.reserved});
  return all;
}

} // namespace

TEST_CASE("whatever comes in whatever order, money and stock are conserved, and every store answers the same",
          "[conservation]") {
  const std::uint64_t seed = chosen_seed();
  std::cout << "note: random commands with SAGAD_SEED=" << seed << '\n';
  INFO("replay it with SAGAD_SEED=" << seed);
  any_command any{seed};
  shop memory = shop_on<on_memory>();
  shop file = shop_on<on_sqlite>();
  shop server = shop_on<on_postgres>();
  int succeeded = 0;
  for (int i = 0; i < batches; ++i) {
    INFO("batch " << i);
    const sku item{any.item()};
    const customer_id customer{any.customer()};
    const long more = any.between(-2, 10);
    for (shop* s : {&memory, &file, &server}) {
      must(s->office().add_stock(item, more));
      must(s->office().credit(customer, more));
    }
    batch work;
    work.commands = any.some();
    const auto in_memory = must(memory.node().commit(work, memory.now)).answers;
    const auto in_file = must(file.node().commit(work, file.now)).answers;
    const auto on_server = must(server.node().commit(work, server.now)).answers;
    REQUIRE(in_memory.size() == in_file.size());
    REQUIRE(in_memory.size() == on_server.size());
    for (std::size_t c = 0; c < in_memory.size(); ++c) {
      INFO(to_string(work.commands[c].what) << ' ' << work.commands[c].idempotency_key);
      REQUIRE(same(in_memory[c], in_file[c]));
      REQUIRE(same(in_memory[c], on_server[c]));
      succeeded += in_file[c].outcome == reply_outcome::succeeded ? 1 : 0;
    }
    REQUIRE(levels(memory) == levels(file));
    REQUIRE(levels(memory) == levels(server));
    if (i % 25 == 24) {
      file.reopen();
      server.reopen();
    }
  }
  CHECK(succeeded > batches);
}

} // namespace sagad::tests
