#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include "adapters/sqlite/connection.hpp"
#include "workflows/moment.hpp"
#include "workflows/ports/stored_numbers.hpp"

namespace sagad::sqlite {

/// The row under a statement's cursor. Columns count from zero.
class row {
public:
  explicit row(SQLite::Statement& s) : statement_(s) {}

  bool is_null(int column) const { return statement_.isColumnNull(column); }
  std::int64_t integer(int column) const { return statement_.getColumn(column).getInt64(); }
  std::uint64_t count(int column) const { return counted(integer(column)); }
  std::string text(int column) const { return std::string{view(column)}; }
  /// Valid until the next row.
  std::string_view view(int column) const {
    const SQLite::Column c = statement_.getColumn(column);
    const char* const start = c.getText();
    return {start, static_cast<std::size_t>(c.getBytes())};
  }
  moment time(int column) const { return timed(integer(column)); }
  std::optional<moment> maybe_time(int column) const {
    return is_null(column) ? std::nullopt : std::optional{time(column)};
  }

private:
  SQLite::Statement& statement_;
};

/// A statement that is prepared once and run often. Parameters are bound by position, all of them each time;
/// texts are not copied. After each run it holds no row and no lock.
class statement {
public:
  statement(const connection& on, const std::string& sql) : statement_(on.db(), sql) {}

  /// Runs it; returns how many rows it changed.
  template <class... Args>
  int run(const Args&... args) {
    const running now{statement_};
    bind_all(args...);
    return statement_.exec();
  }

  /// Shows `on_row` each row.
  template <class OnRow, class... Args>
  void each(OnRow&& on_row, const Args&... args) {
    const running now{statement_};
    bind_all(args...);
    while (statement_.executeStep())
      on_row(row{statement_});
  }

  /// Shows `on_row` the first row; false when there is none.
  template <class OnRow, class... Args>
  bool first(OnRow&& on_row, const Args&... args) {
    const running now{statement_};
    bind_all(args...);
    const bool found = statement_.executeStep();
    if (found)
      on_row(row{statement_});
    return found;
  }

  /// The integer in the first row's first column, none without a row.
  template <class... Args>
  std::optional<std::int64_t> integer(const Args&... args) {
    std::optional<std::int64_t> found;
    first([&](const row& r) { found = r.integer(0); }, args...);
    return found;
  }

private:
  struct running {
    SQLite::Statement& statement;
    ~running() { statement.tryReset(); }
  };

  template <class... Args>
  void bind_all(const Args&... args) {
    int position = 0;
    (bind(++position, args), ...);
  }

  void bind(int position, std::int64_t value) { statement_.bind(position, value); }
  void bind(int position, std::uint64_t value) { statement_.bind(position, static_cast<std::int64_t>(value)); }
  void bind(int position, int value) { statement_.bind(position, value); }
  void bind(int position, bool value) { statement_.bind(position, value ? 1 : 0); }
  void bind(int position, const std::string& value) { statement_.bindNoCopy(position, value); }
  void bind(int position, std::string_view value) { statement_.bind(position, std::string{value}); }
  void bind(int position, moment value) { bind(position, std::int64_t{value.time_since_epoch().count()}); }
  void bind(int position, std::nullopt_t) { statement_.bind(position); }

  template <class T>
  void bind(int position, const std::optional<T>& value) {
    if (value)
      bind(position, *value);
    else
      statement_.bind(position);
  }

  SQLite::Statement statement_;
};

} // namespace sagad::sqlite
