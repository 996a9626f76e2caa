#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/failure.hpp"

namespace sagad::postgres {

/// Runs what a session does in transactions, so that whatever happens to the connection or to others' transactions,
/// the outcome is certain: done, not done and why, or, when the server stays away for long, in doubt.
class transactor {
public:
  /// `epoch`: of the node that the session belongs to; none for an operator, whom nobody fences.
  transactor(connection& on, std::optional<std::uint64_t> epoch);

  /// `body(pqxx::transaction_base&, int tries)` in a transaction that only an incarnation which is not fenced can
  /// commit. Done again when it lost a race: `tries` says how often that happened before.
  template <class Body>
  auto write(const char* doing, Body&& body)
      -> store_result<decltype(body(std::declval<pqxx::transaction_base&>(), 0))> {
    auto result = guarded(on_.name(), doing, [&] { return write_or_throw(doing, body); });
    on_.drop_if_broken();
    return result;
  }

  /// `body(pqxx::transaction_base&)` outside of a transaction: each statement sees a state of its own.
  template <class Body>
  auto ask(const char* doing, Body&& body) -> store_result<decltype(body(std::declval<pqxx::transaction_base&>()))> {
    auto result = guarded(on_.name(), doing, [&] {
      pqxx::nontransaction t{on_.up()};
      return body(t);
    });
    on_.drop_if_broken();
    return result;
  }

  /// The node's row says that it may write; throws a `failure` that tells why it may not.
  void require_right_to_write(pqxx::transaction_base& t);

private:
  template <class Body>
  auto write_or_throw(const char* doing, Body& body) -> decltype(body(std::declval<pqxx::transaction_base&>(), 0)) {
    for (int tries = 0;; ++tries) {
      try {
        return write_once(doing, body, tries);
      } catch (...) {
        if (tries + 1 >= tries_max || !is_worth_retrying())
          throw;
      }
    }
  }

  template <class Body>
  auto write_once(const char* doing, Body& body, int tries)
      -> decltype(body(std::declval<pqxx::transaction_base&>(), 0)) {
    bool is_certain = false;
    auto made = [&] {
      pqxx::work t{on_.up()};
      begin(t);
      auto result = body(t, tries);
      is_certain = commit(t);
      return result;
    }();
    if (!is_certain)
      find_out(doing);
    return made;
  }

  void begin(pqxx::transaction_base& t);
  /// False when the answer got lost.
  static bool commit(pqxx::work& t);
  /// Returns when the last commit turns out to have happened; throws when it did not, or nobody tells.
  void find_out(const char* doing);
  [[noreturn]] void tell_fence(pqxx::transaction_base& t);

  /// A race is lost to somebody who won it; to lose this many in a row takes a bug.
  static constexpr int tries_max = 10;

  connection& on_;
  std::optional<std::uint64_t> epoch_;
  /// Names the session in the table `commits`.
  std::string session_;
  std::int64_t last_ = 0;
};

} // namespace sagad::postgres
