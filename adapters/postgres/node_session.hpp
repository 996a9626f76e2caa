#pragma once

#include <cstdint>

#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/facts.hpp"
#include "adapters/postgres/ledger.hpp"
#include "adapters/postgres/letter_box.hpp"
#include "adapters/postgres/life_watch.hpp"
#include "adapters/postgres/nodes.hpp"
#include "adapters/postgres/orders.hpp"
#include "adapters/postgres/postgres_store.hpp"
#include "adapters/postgres/repair_queue.hpp"
#include "adapters/postgres/rule_book.hpp"
#include "adapters/postgres/sagas.hpp"
#include "adapters/postgres/transactor.hpp"

namespace sagad::postgres {

/// One of the sessions of a node's incarnation. Each write checks inside its transaction that the incarnation may
/// still write.
class node_session final : public store {
public:
  node_session(conninfo where, hears what, const node_options& options, std::uint64_t epoch, steady_fn elapsed);

  store_result<batch_result> commit(const batch& work, moment now) override;
  store_result<std::vector<stored_saga>> claim(std::size_t count_max, moment due) override;
  store_result<std::vector<claimed_repair>> claim_repairs(std::size_t count_max, moment now) override;
  store_result<std::optional<stored_saga>> load(const saga_id& id) override;
  /// Of the keeper; other sessions listen to nobody and say false.
  store_result<bool> changed_by_others() override;
  store_result<beat_answer> beat(const sign_of_life& sign) override;
  store_result<std::vector<fact>> claim_unpublished(std::size_t sagas_max, moment idle_since, moment now) override;
  store_result<std::size_t> purge(moment discarded_before, std::size_t count_max) override;

private:
  batch_result carry_out(pqxx::transaction_base& t, const batch& work, moment now, bool lost_before);
  std::vector<fact> record(pqxx::transaction_base& t, const batch& work, batch_result& result, bool lost_before,
                           moment now);
  void fill_in_unpublished(pqxx::transaction_base& t, repair_queue::handed& handed);
  store_result<beat_answer> leave(const sign_of_life& sign);
  std::string fence_silent(const std::vector<life_watch::node>& silent, moment now);

  connection connection_;
  node_options options_;
  std::uint64_t epoch_;
  steady_fn elapsed_;
  transactor transactions_{connection_, epoch_};
  nodes nodes_{connection_};
  orders orders_{connection_};
  sagas sagas_{connection_};
  facts facts_{connection_};
  repair_queue repairs_{connection_};
  rule_book book_{connection_};
  letter_box letters_{connection_};
  ledger ledger_;
  life_watch watch_;
};

} // namespace sagad::postgres
