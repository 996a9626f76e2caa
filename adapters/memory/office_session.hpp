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
  /// As `submit`; the caller has locked the world.
  std::vector<acceptance> decide(const std::vector<checkout::submission>& submissions, moment now);
  /// What the nodes said: of faults the last one, of new customers the last one that plays payment, and whether any has
  /// ever published; what a new node that publishes would say when there was none.
  node_options terms_said() const;
  order_view view_of(const order_row& o) const;
  std::vector<node_view> nodes() const;
  bool holds_lease(std::uint64_t epoch) const { return in_->lease_is_held && in_->lease_epoch == epoch; }

  std::shared_ptr<world> in_;
  const definition& begins_;
  std::mt19937_64 random_{std::random_device{}()};
};

} // namespace sagad::memory
