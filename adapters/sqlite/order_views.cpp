#include "adapters/sqlite/order_views.hpp"

#include <algorithm>

#include "adapters/sqlite/sagas.hpp"

namespace sagad::sqlite {

namespace {

const std::string columns = "SELECT " + std::string{saga_columns} + ", o.customer, o.total, ifnull(d.name, '') ";

const std::string find_one = columns + "FROM saga_numbers n JOIN sagas s USING (number) JOIN orders o USING (number) "
                                       "LEFT JOIN nodes d ON d.epoch = s.owner ";

// CROSS JOIN keeps the sagas in front: they come newest first without sorting, and a limit ends the scan.
const std::string list_some = columns + "FROM sagas s CROSS JOIN saga_numbers n USING (number) "
                                        "CROSS JOIN orders o USING (number) LEFT JOIN nodes d ON d.epoch = s.owner "
                                        "WHERE (?1 = '' OR s.state = ?1) AND (?2 = '' OR s.outcome = ?2) "
                                        "AND (?3 = '' OR o.customer = ?3) AND (?4 IS NULL OR s.created_at < ?4) "
                                        "AND (NOT ?6 OR s.state NOT IN ('completed', 'rolled_back')) "
                                        "ORDER BY s.number DESC LIMIT ?5";

} // namespace

order_views::order_views(const connection& on)
    : find_(on, find_one + "WHERE n.id = ?1"), list_(on, list_some),
      count_(on, "SELECT state, outcome, count(*), min(number) FROM sagas GROUP BY state, outcome ORDER BY 1, 2"),
      find_by_number_(on, find_one + "WHERE n.number = ?1"),
      ids_(on, "SELECT n.id FROM saga_numbers n CROSS JOIN orders o USING (number) "
               "WHERE n.id >= ?1 AND n.id < ?2 ORDER BY n.id LIMIT ?3") {}

std::optional<order_view> order_views::find(const order_id& id) {
  std::optional<order_view> found;
  find_.first([&](const row& r) { found = order_view_in(r); }, id.value);
  return found;
}

std::vector<order_view> order_views::list(const order_filter& filter) {
  std::vector<order_view> found;
  list_.each([&](const row& r) { found.push_back(order_view_in(r)); }, filter.state, filter.outcome, filter.customer,
             filter.created_before, row_limit(filter.limit), filter.unfinished);
  return found;
}

std::vector<order_id> order_views::ids_in(const id_range& range, std::size_t count_max) {
  std::vector<order_id> found;
  ids_.each([&](const row& r) { found.emplace_back(r.text(0)); }, range.first, range.last, row_limit(count_max));
  return found;
}

order_views::census order_views::take_census() {
  census c;
  std::optional<std::int64_t> oldest;
  count_.each([&](const row& r) {
    c.counts.push_back({.state = r.text(0), .outcome = r.text(1), .count = static_cast<std::size_t>(r.integer(2))});
    if (is_unfinished(r.view(0)))
      oldest = std::min(oldest.value_or(r.integer(3)), r.integer(3));
  });
  if (oldest)
    find_by_number_.first([&](const row& r) { c.oldest_unfinished = order_view_in(r); }, *oldest);
  return c;
}

} // namespace sagad::sqlite
