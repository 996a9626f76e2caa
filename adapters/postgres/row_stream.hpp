#pragma once

#include <string>

#include <pqxx/result>
#include <pqxx/transaction_base>

#include "adapters/postgres/row.hpp"

namespace sagad::postgres {

/// The rows of a query, fetched some thousand at a time, each by a cursor of its own within the caller's transaction.
class row_stream {
public:
  /// `name` is unique within the transaction.
  row_stream(pqxx::transaction_base& t, const std::string& name, const std::string& query)
      : t_(t), fetch_("FETCH FORWARD 4000 FROM " + name) {
    t_.exec("DECLARE " + name + " NO SCROLL CURSOR FOR " + query);
    fetch();
  }

  bool is_at_end() const { return fetched_.empty(); }
  /// Shows `on_row` the row at which the stream stands.
  template <class OnRow>
  void show(OnRow&& on_row) const {
    const pqxx::row r = fetched_[at_];
    on_row(row{r});
  }
  void advance() {
    if (++at_ == fetched_.size())
      fetch();
  }

private:
  void fetch() {
    fetched_ = t_.exec(fetch_);
    at_ = 0;
  }

  pqxx::transaction_base& t_;
  std::string fetch_;
  pqxx::result fetched_;
  pqxx::result::size_type at_ = 0;
};

} // namespace sagad::postgres
