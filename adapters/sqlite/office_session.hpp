#pragma once

#include <string>

#include "adapters/sqlite/catalog.hpp"
#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/history.hpp"
#include "adapters/sqlite/inventory_ledger.hpp"
#include "adapters/sqlite/nodes.hpp"
#include "adapters/sqlite/order_views.hpp"
#include "adapters/sqlite/orders.hpp"
#include "adapters/sqlite/outbox.hpp"
#include "adapters/sqlite/payment_ledger.hpp"
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
  store_result<std::vector<fact>> history(const order_id& id, std::uint64_t after) override;
  store_result<void> set_price(const sku& item, checkout::money price) override;
  store_result<std::vector<catalog_entry>> catalog() override;
  store_result<std::optional<stock_level>> add_stock(const sku& item, checkout::quantity count) override;
  store_result<std::vector<stock_level>> stock() override;
  store_result<std::optional<wallet>> credit(const customer_id& customer, checkout::money amount) override;
  store_result<wallet> find_wallet(const customer_id& customer) override;
  store_result<std::vector<wallet>> wallets() override;
  store_result<std::size_t> ask_to_drain(const std::string& node) override;
  store_result<store_status> status(moment now) override;
  store_result<audit_report> audit(moment now) override;

private:
  template <class Body>
  auto read(Body&& body) -> store_result<decltype(body())>;
  template <class Body>
  auto write(Body&& body) -> store_result<decltype(body())>;

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
  statement count_dead_letters_{connection_, "SELECT count(*) FROM dead_letters"};
};

} // namespace sagad::sqlite
