#pragma once

#include <cstdint>
#include <string>

#include "adapters/sqlite/catalog.hpp"
#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/history.hpp"
#include "adapters/sqlite/lease.hpp"
#include "adapters/sqlite/ledger.hpp"
#include "adapters/sqlite/letter_box.hpp"
#include "adapters/sqlite/nodes.hpp"
#include "adapters/sqlite/orders.hpp"
#include "adapters/sqlite/outbox.hpp"
#include "adapters/sqlite/repair_queue.hpp"
#include "adapters/sqlite/rule_book.hpp"
#include "adapters/sqlite/saga_numbers.hpp"
#include "adapters/sqlite/sagas.hpp"
#include "workflows/ports/node_options.hpp"
#include "workflows/ports/store.hpp"

namespace sagad::sqlite {

/// A node's session: its incarnation begins with the object. Each write checks the lease inside its transaction.
class node_session final : public store {
public:
  /// Throws `failure` or `SQLite::Exception`.
  node_session(const std::string& path, const node_options& options, moment now);

  store_result<batch_result> commit(const batch& work, moment now) override;
  store_result<std::vector<stored_saga>> claim(std::size_t count_max, moment due) override;
  store_result<std::vector<claimed_repair>> claim_repairs(std::size_t count_max, moment now) override;
  store_result<std::optional<stored_saga>> load(const saga_id& id) override;
  store_result<bool> changed_by_others() override;
  store_result<beat_answer> beat(const sign_of_life& sign) override;
  store_result<std::vector<fact>> claim_unpublished(std::size_t sagas_max, moment idle_since, moment now) override;
  store_result<std::size_t> purge(moment discarded_before, std::size_t count_max) override;

private:
  std::uint64_t start(moment now);
  batch_result carry_out(const batch& work, moment now);
  void accept(const std::vector<checkout::submission>& submissions, moment now, batch_result& result);
  /// Whether it took effect.
  bool record(const saga_update& u, moment now, batch_result& result);
  template <class Body>
  auto write(Body&& body) -> store_result<decltype(body())>;

  connection connection_;
  lease lease_;
  node_options options_;
  saga_numbers numbers_{connection_};
  nodes nodes_{connection_};
  catalog prices_{connection_};
  history facts_{connection_};
  sagas sagas_{connection_, numbers_};
  orders orders_{connection_, numbers_, sagas_, facts_, prices_};
  outbox outbox_{connection_, numbers_, facts_};
  repair_queue repairs_{connection_, numbers_, sagas_, outbox_};
  rule_book book_{connection_};
  letter_box letters_{connection_};
  ledger ledger_;
  statement data_version_;
  std::int64_t seen_version_ = 0;
  std::uint64_t epoch_ = 0;
};

} // namespace sagad::sqlite
