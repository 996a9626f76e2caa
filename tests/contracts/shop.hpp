#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/contracts/store_under_test.hpp"

namespace sagad::tests {

/// What the store answers when it works.
template <class T>
T must(store_result<T> result) {
  if (!result)
    FAIL(to_string(result.error().what) << ": " << result.error().detail);
  if constexpr (!std::is_void_v<T>)
    return std::move(*result);
}

// --- what customers hand in -------------------------------------------------------------------------------------

checkout::order_line line(const std::string& item, checkout::quantity count,
                          std::optional<checkout::money> unit_price = {});
checkout::submission order_of(const std::string& id, std::vector<checkout::order_line> lines,
                              const std::string& customer = "alice");
/// One token, and an instruction to fail while it is accepted.
checkout::submission order_with_fault(const std::string& id, fault f);

// --- what participants are told ---------------------------------------------------------------------------------

ledger_command to_do(const std::string& key, effect what);
ledger_command to_undo(const std::string& key, effect what);
ledger_command to_probe(const std::string& key, effect what);
charge charge_of(checkout::money amount, const std::string& customer = "alice");

/// A node and an operator on one store, which sells tokens at 50 and has 100 of them. Fails the test when the
/// store does not work.
class shop {
public:
  explicit shop(std::unique_ptr<store_under_test> place, node_options options = usual());
  /// A node that honours faults, at the beginning of `now`.
  static node_options usual();

  /// What befell the process: its session ends without a word. `reopen` begins the next one.
  void crash();
  void reopen(node_options options = usual());

  store& node() { return *node_; }
  back_office& office() { return *office_; }
  store_under_test& place() { return *place_; }

  /// Waits for the node to hear that others brought work: news may take a moment on their way. False if none comes.
  bool hears_of_others();

  acceptance submit(const checkout::submission& s);
  std::vector<acceptance> submit_together(const std::vector<checkout::submission>& submissions);
  /// By the operator: no node drives it.
  acceptance submit_at_office(const checkout::submission& s);

  ledger_answer answer(const ledger_command& asked);
  void record(saga_update u);
  std::vector<std::string> claim(std::size_t count_max, moment due);

  saga standing(const std::string& order);
  order_view view(const std::string& order);
  std::vector<std::string> history(const std::string& order);
  checkout::money balance(const std::string& customer = "alice");
  stock_level stock(const std::string& item = "token");
  audit_report audit() { return must(office().audit(now)); }
  /// The audit's findings, a line each; of one promise only, if told which.
  std::vector<std::string> findings(std::optional<int> promise = {});

  /// Takes an order through its saga to the end, each step at once. What is played elsewhere succeeds there.
  void drive_to_end(const std::string& order, const std::set<std::string>& played_elsewhere = {});

  moment now{milliseconds{1'793'166'480'000}};

private:
  std::unique_ptr<store_under_test> place_;
  std::unique_ptr<store> node_;
  std::unique_ptr<back_office> office_;
};

/// One of the adapters, and a shop on it.
template <class Adapter>
shop shop_on(node_options options = shop::usual()) {
  return shop{std::make_unique<Adapter>(), std::move(options)};
}

} // namespace sagad::tests
