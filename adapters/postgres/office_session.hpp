#pragma once

#include <string>
#include <utility>

#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/facts.hpp"
#include "adapters/postgres/letter_box.hpp"
#include "adapters/postgres/master_data.hpp"
#include "adapters/postgres/nodes.hpp"
#include "adapters/postgres/operation_book.hpp"
#include "adapters/postgres/order_views.hpp"
#include "adapters/postgres/orders.hpp"
#include "adapters/postgres/rule_book.hpp"
#include "adapters/postgres/transactor.hpp"
#include "workflows/ports/back_office.hpp"

namespace sagad::postgres {

/// The operator's session. No node can fence it: what it writes, nodes do not own.
class office_session final : public back_office {
public:
  /// Throws `failure` or what libpqxx throws.
  office_session(conninfo where, const definition& begins);

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
  std::vector<acceptance> accept(pqxx::transaction_base& t, const std::vector<checkout::submission>& submissions,
                                 moment now);
  /// All that `body` reads is of one moment.
  template <class Body>
  auto read(const char* doing, Body&& body) -> store_result<decltype(body(std::declval<pqxx::transaction_base&>()))> {
    auto found = guarded(connection_.name(), doing, [&] {
      pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> t{connection_.up()};
      return body(t);
    });
    connection_.drop_if_broken();
    return found;
  }
  /// `change(transaction, number, operation)` while nobody else changes it; then the operation as it is. None when
  /// there is none of this id.
  template <class Change>
  store_result<std::optional<operation>> change_operation(const std::string& id, Change&& change);

  connection connection_;
  const definition& begins_;
  transactor transactions_{connection_, std::nullopt};
  nodes nodes_{connection_};
  orders orders_{connection_};
  facts facts_{connection_};
  order_views views_{connection_};
  master_data master_data_{connection_};
  operation_book operations_{connection_};
  rule_book book_{connection_};
  letter_box letters_{connection_};
};

} // namespace sagad::postgres
