#pragma once

#include <memory>
#include <random>

#include "adapters/memory/world.hpp"

namespace sagad::memory {

/// The operator's session. Needs no lease: what it writes, nodes do not own.
class office_session final : public back_office {
public:
  office_session(std::shared_ptr<world> in, const definition& begins) : in_(std::move(in)), begins_(begins) {}

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
  /// What the last node said of new customers, of faults and of publishing.
  node_options newest_options() const { return in_->nodes.empty() ? node_options{} : in_->nodes.back().options; }
  order_view view_of(const order_row& o) const;
  std::vector<node_view> nodes() const;
  bool holds_lease(std::uint64_t epoch) const { return in_->lease_is_held && in_->lease_epoch == epoch; }

  std::shared_ptr<world> in_;
  const definition& begins_;
  std::mt19937_64 random_{std::random_device{}()};
};

} // namespace sagad::memory
