#pragma once

#include <string>

#include "adapters/sqlite/catalog.hpp"
#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/failure.hpp"
#include "adapters/sqlite/history.hpp"
#include "adapters/sqlite/inventory_ledger.hpp"
#include "adapters/sqlite/letter_box.hpp"
#include "adapters/sqlite/nodes.hpp"
#include "adapters/sqlite/operation_book.hpp"
#include "adapters/sqlite/order_views.hpp"
#include "adapters/sqlite/orders.hpp"
#include "adapters/sqlite/outbox.hpp"
#include "adapters/sqlite/payment_ledger.hpp"
#include "adapters/sqlite/rule_book.hpp"
#include "adapters/sqlite/saga_numbers.hpp"
#include "adapters/sqlite/sagas.hpp"
#include "workflows/ports/back_office.hpp"

namespace sagad::sqlite {

/// The operator's session. Needs no lease: what it writes, nodes do not own.
class office_session final : public back_office {
public:
  /// Throws `failure` or `SQLite::Exception`.
  office_session(const std::string& path, const definition& begins);

  store_result<std::vector<acceptance>> submit(const std::vector<checkout::submission>& submissions,
                                               moment now) override;
  store_result<std::vector<order_view>> list_orders(const order_filter& filter) override;
  store_result<std::optional<order_view>> find_order(const order_id& id) override;
  store_result<std::vector<order_id>> orders_like(const std::string& prefix, std::size_t count_max) override;
  store_result<std::vector<fact>> history(const order_id& id, std::uint64_t after) override;
  store_result<void> set_price(const sku& item, checkout::money price) override;
  store_result<std::vector<catalog_entry>> catalog() override;
  store_result<std::optional<stock_level>> add_stock(const sku& item, checkout::quantity count) override;
  store_result<std::vector<stock_level>> stock() override;
  store_result<std::optional<wallet>> credit(const customer_id& customer, checkout::money amount) override;
  store_result<wallet> find_wallet(const customer_id& customer) override;
  store_result<std::vector<wallet>> wallets() override;
  store_result<std::size_t> ask_to_drain(const std::string& node, const std::string& who, moment now) override;
  store_result<store_status> status(moment now) override;
  store_result<audit_report> audit(moment now) override;

  store_result<operation> plan_operation(const operation_request& request, const std::vector<repair_target>& orders,
                                         std::size_t release, const std::string& pacer, moment now) override;
  store_result<std::optional<std::size_t>> release_repairs(const std::string& operation, std::size_t count,
                                                           const std::string& pacer, moment now) override;
  store_result<std::optional<operation>> settle_repairs(const std::string& operation) override;
  store_result<std::optional<operation>> stop_operation(const std::string& operation, const std::string& who,
                                                        const std::string& why, moment now) override;
  store_result<std::optional<operation>> resume_operation(const std::string& operation, const std::string& who,
                                                          const std::string& pacer, moment now) override;
  store_result<std::vector<operation>> list_operations(std::optional<std::size_t> limit) override;
  store_result<std::optional<operation>> find_operation(const std::string& operation) override;
  store_result<std::vector<repair>> repairs(const std::string& operation) override;

  store_result<void> set_participant_rule(const participant_rule& rule) override;
  store_result<bool> clear_participant_rule(const std::string& on, const std::string& who, const std::string& why,
                                            moment now) override;
  store_result<std::vector<participant_rule>> participant_rules() override;

  store_result<std::vector<log_entry>> operator_log(std::optional<std::size_t> limit) override;
  store_result<void> set_note(const group_note& note) override;
  store_result<std::vector<group_note>> notes() override;

  store_result<std::vector<kept_letter>> list_letters(const letter_filter& filter) override;
  store_result<std::optional<kept_letter>> find_letter(std::uint64_t number) override;
  store_result<std::vector<letter_verdict>> discard_letters(const std::vector<std::uint64_t>& numbers,
                                                            const std::string& who, const std::string& why,
                                                            moment now) override;
  store_result<std::vector<letter_verdict>> restore_letters(const std::vector<std::uint64_t>& numbers,
                                                            const std::string& who, const std::string& why,
                                                            moment now) override;
  store_result<requeue_result> requeue_letter(std::uint64_t number, const std::string& who, const std::string& why,
                                              moment now) override;

private:
  /// All that `body` reads is of one moment.
  template <class Body>
  auto read(Body&& body) -> store_result<decltype(body())> {
    return in_transaction(transaction::intent::reading, body);
  }
  template <class Body>
  auto write(Body&& body) -> store_result<decltype(body())> {
    return in_transaction(transaction::intent::writing, body);
  }
  template <class Body>
  auto in_transaction(transaction::intent what, Body& body) -> store_result<decltype(body())> {
    return guarded(connection_.path(), [&] {
      transaction t{connection_, what};
      auto made = body();
      t.commit();
      return made;
    });
  }

  /// As `submit`, within the caller's transaction.
  std::vector<acceptance> decide(const std::vector<checkout::submission>& submissions, moment now);
  /// `change(number, operation)` in a transaction; then the operation as it is. None when there is none of this id.
  template <class Change>
  store_result<std::optional<operation>> change_operation(const std::string& id, Change&& change);

  connection connection_;
  const definition& begins_;
  saga_numbers numbers_{connection_};
  nodes nodes_{connection_};
  sqlite::catalog prices_{connection_};
  sqlite::history facts_{connection_};
  sagas sagas_{connection_, numbers_};
  orders orders_{connection_, numbers_, sagas_, facts_, prices_};
  outbox outbox_{connection_, numbers_, facts_};
  order_views views_{connection_};
  payment_ledger payment_{connection_};
  inventory_ledger inventory_{connection_};
  operation_book operations_{connection_, numbers_};
  rule_book book_{connection_};
  letter_box letters_{connection_};
};

} // namespace sagad::sqlite
