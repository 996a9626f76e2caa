#include "adapters/postgres/order_views.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "adapters/postgres/array_literal.hpp"
#include "adapters/postgres/saga_rows.hpp"

namespace sagad::postgres {

namespace {

// A node that is gone drives nothing, although its orders bear its epoch until somebody claims them.
const std::string columns = "SELECT " + std::string{saga_columns} +
                            ", o.customer, o.total, coalesce(n.name, ''), s.number "
                            "FROM sagas s JOIN orders o USING (id) LEFT JOIN nodes n "
                            "ON n.epoch = s.owner AND n.fenced_at IS NULL AND n.stopped_at IS NULL ";
constexpr int number_column = after_saga + 3;
const std::string find_sql = columns + "WHERE s.id = $1";
const statement find_one{"find_order", find_sql.c_str()};
const std::string find_by_number_sql = columns + "WHERE s.number = $1";
const statement find_by_number{"find_order_by_number", find_by_number_sql.c_str()};
const std::string all_sql = columns + "WHERE ($1 = '' OR s.state = $1) AND ($2 = '' OR s.outcome = $2) "
                                      "AND ($3 = '' OR o.customer = $3) "
                                      "AND ($4::bigint IS NULL OR s.created_at < $4::bigint) "
                                      "AND (NOT $5::boolean OR s.state NOT IN ('completed', 'rolled_back'))";
const statement list_all{"list_orders", all_sql.c_str()};
const std::string newest_sql = all_sql + " ORDER BY s.number DESC LIMIT $6";
const statement list_newest{"list_newest_orders", newest_sql.c_str()};
constexpr statement select_ids{"select_order_ids",
                               "SELECT id FROM orders WHERE id >= $1 AND id < $2 ORDER BY id LIMIT $3"};
constexpr statement count_all{"count_orders", "SELECT state, outcome, count(*), min(number) FROM sagas "
                                              "GROUP BY state, outcome ORDER BY state, outcome"};

/// Where each row stands in the result, the newest order first. The server is not asked to sort rows as wide as these:
/// a hundred thousand go through its disk.
std::vector<pqxx::result::size_type> newest_first(const pqxx::result& rows) {
  std::vector<std::pair<std::int64_t, pqxx::result::size_type>> by_number;
  by_number.reserve(static_cast<std::size_t>(rows.size()));
  for (const pqxx::row& r : rows)
    by_number.emplace_back(-row{r}.integer(number_column), r.rownumber());
  std::sort(by_number.begin(), by_number.end());
  std::vector<pqxx::result::size_type> places;
  places.reserve(by_number.size());
  for (const auto& [number, place] : by_number)
    places.push_back(place);
  return places;
}

} // namespace

std::optional<order_view> order_views::find(pqxx::transaction_base& t, const order_id& id) {
  const pqxx::result found = on_.run(t, find_one, id.value);
  return found.empty() ? std::nullopt : std::optional{order_view_in(row{found.front()})};
}

std::vector<order_view> order_views::list(pqxx::transaction_base& t, const order_filter& f) {
  const std::string before = f.created_before ? std::to_string(f.created_before->time_since_epoch().count()) : "";
  const auto run = [&](const statement& what, const auto&... more) {
    return on_.run(t, what, f.state, storable(f.outcome), storable(f.customer),
                   f.created_before ? before.c_str() : nullptr, f.unfinished, more...);
  };
  const pqxx::result rows = f.limit ? run(list_newest, row_limit(f.limit)) : run(list_all);
  std::vector<order_view> found;
  found.reserve(rows.size());
  for (const auto place : newest_first(rows))
    found.push_back(order_view_in(row{rows[place]}));
  return found;
}

std::vector<order_id> order_views::ids_in(pqxx::transaction_base& t, const id_range& range, std::size_t count_max) {
  std::vector<order_id> found;
  const pqxx::result rows = on_.run(t, select_ids, range.first, range.last, row_limit(count_max));
  each(rows, [&](const row& r) { found.emplace_back(r.text(0)); });
  return found;
}

order_views::census order_views::take_census(pqxx::transaction_base& t) {
  census c;
  std::optional<std::int64_t> oldest;
  const pqxx::result rows = on_.run(t, count_all);
  each(rows, [&](const row& r) {
    c.counts.push_back({.state = r.text(0), .outcome = r.text(1), .count = static_cast<std::size_t>(r.integer(2))});
    if (is_unfinished(r.view(0)))
      oldest = std::min(oldest.value_or(r.integer(3)), r.integer(3));
  });
  if (oldest)
    c.oldest_unfinished = order_view_in(row{on_.run(t, find_by_number, *oldest).front()});
  return c;
}

} // namespace sagad::postgres
