#pragma once

#include <string>

#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/facts.hpp"
#include "adapters/postgres/master_data.hpp"
#include "adapters/postgres/nodes.hpp"
#include "adapters/postgres/order_views.hpp"
#include "adapters/postgres/orders.hpp"
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
  std::vector<acceptance> accept(pqxx::transaction_base& t, const std::vector<checkout::submission>& submissions,
                                 moment now);
  template <class Body>
  auto read(const char* doing, Body&& body) -> store_result<decltype(body(std::declval<pqxx::transaction_base&>()))>;

  connection connection_;
  const definition& begins_;
  transactor transactions_{connection_, std::nullopt};
  nodes nodes_{connection_};
  orders orders_{connection_};
  facts facts_{connection_};
  order_views views_{connection_};
  master_data master_data_{connection_};
};

} // namespace sagad::postgres
