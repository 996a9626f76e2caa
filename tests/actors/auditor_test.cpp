#include "actors/auditor.hpp"

#include <sstream>

#include <catch2/catch.hpp>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "adapters/memory/memory_store.hpp"
#include "tests/actors/shop_on_virtual_time.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

struct audits : telemetry {
  int count = 0;
  std::size_t findings = 0;
  void audit_done(const audit_report& r, milliseconds) noexcept override {
    ++count;
    findings = r.findings.size();
  }
};

/// All that is logged while it lives.
class heard_log {
public:
  heard_log() : before_(spdlog::default_logger()) {
    spdlog::set_default_logger(
        std::make_shared<spdlog::logger>("heard", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_)));
    spdlog::set_level(spdlog::level::err);
  }
  ~heard_log() {
    spdlog::set_default_logger(before_);
    spdlog::set_level(spdlog::level::off);
  }
  heard_log(const heard_log&) = delete;
  heard_log& operator=(const heard_log&) = delete;

  std::string text() const { return text_.str(); }
  std::size_t lines() const {
    const std::string all = text();
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), '\n'));
  }

private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_;
};

std::unique_ptr<back_office> as_it_is(std::unique_ptr<back_office> own) { return own; }

/// A store whose wallets hold money that nobody paid in, and whose only node has that name.
class embezzled_store {
public:
  embezzled_store(const std::string& node, int wallets) {
    node_options options;
    options.name = node;
    node_ = std::move(*memory::open_node(world_, options));
    for (int i = 0; i < wallets; ++i)
      world_->ledger.wallets[customer_id{"customer-" + std::to_string(i)}].balance = 7;
  }

  std::unique_ptr<back_office> office() const { return memory::open_back_office(world_); }

private:
  std::shared_ptr<memory::world> world_ = memory::make_world();
  std::shared_ptr<store> node_;
};

shop_settings audited(const std::shared_ptr<audits>& told) {
  shop_settings s;
  s.watcher = told;
  s.auditing = as_it_is;
  return s;
}

node_view lease(std::string name, std::uint64_t epoch, bool holds) {
  node_view n;
  n.name = std::move(name);
  n.epoch = epoch;
  n.holds_lease = holds;
  return n;
}

} // namespace

TEST_CASE("a node checks its promises every ten minutes, and counts it", "[auditor]") {
  const auto told = std::make_shared<audits>();
  shop_on_virtual_time shop{audited(told)};
  shop.submit(order_of_token("o-1"));
  shop.pass(9min);
  CHECK(told->count == 0);
  shop.pass(2min);
  CHECK(told->count == 1);
  CHECK(told->findings == 0);
  shop.pass(1h);
  CHECK(told->count == 7);
}

TEST_CASE("a node that shall not check its promises does not", "[auditor]") {
  const auto told = std::make_shared<audits>();
  auto settings = audited(told);
  settings.limits.audit_every = 0ms;
  shop_on_virtual_time shop{settings};
  shop.pass(1h);
  CHECK(told->count == 0);
}

TEST_CASE("a broken promise is an error in the log that names who it is about and what to run", "[auditor]") {
  const auto told = std::make_shared<audits>();
  const embezzled_store embezzled{"node-1", 1};
  auto settings = audited(told);
  settings.auditing = [&](std::unique_ptr<back_office>) { return embezzled.office(); };
  shop_on_virtual_time shop{settings};
  const heard_log log;
  shop.pass(11min);
  CHECK(told->findings > 0);
  CHECK(log.text().find("customer-0") != std::string::npos);
  CHECK(log.text().find("promise 5") != std::string::npos);
  CHECK(log.text().find("sagactl audit") != std::string::npos);
}

TEST_CASE("a thousand broken promises do not flood the log", "[auditor]") {
  const auto told = std::make_shared<audits>();
  const embezzled_store embezzled{"node-1", 1'000};
  auto settings = audited(told);
  settings.auditing = [&](std::unique_ptr<back_office>) { return embezzled.office(); };
  shop_on_virtual_time shop{settings};
  const heard_log log;
  shop.pass(11min);
  CHECK(told->findings >= 1'000);
  CHECK(log.lines() == 21);
  CHECK(log.text().find("more findings") != std::string::npos);
}

TEST_CASE("of several nodes one checks the promises", "[auditor]") {
  CHECK(actors::auditor_among({}).empty());
  CHECK(actors::auditor_among({lease("a", 1, false), lease("b", 2, true), lease("c", 3, true)}) == "b");
  CHECK(actors::auditor_among({lease("c", 3, true), lease("b", 2, true)}) == "b");

  const auto told = std::make_shared<audits>();
  const embezzled_store another{"another-node", 1};
  auto settings = audited(told);
  settings.auditing = [&](std::unique_ptr<back_office>) { return another.office(); };
  shop_on_virtual_time shop{settings};
  shop.pass(1h);
  CHECK(told->count == 0);
}

TEST_CASE("audits take at most a twentieth of the time", "[auditor]") {
  CHECK(actors::pause_after_audit(10min, 2s) == 10min);
  CHECK(actors::pause_after_audit(10min, 1min) == 20min);
}
