#include "tools/sagactl/order_choice.hpp"

#include <algorithm>
#include <utility>

#include "tools/sagactl/order_ids.hpp"
#include "tools/sagactl/unfinished.hpp"
#include "workflows/operations/cause.hpp"
#include "workflows/operations/query.hpp"
#include "workflows/strict_json.hpp"

namespace sagad::ctl {

namespace {

using chosen = tl::expected<std::vector<order_view>, exit_code>;

/// The query, and under the place that is wrong, what is wrong with it.
exit_code refuse_query(session& s, const std::string& query, const operations::text_error& error) {
  std::string sentence = "The query is not understood: " + error.message + '.';
  if (query.size() <= 200 && printable(query) == query)
    sentence += "\n  " + query + "\n  " + std::string(std::min(error.position, query.size()), ' ') + '^';
  return fail(s, exit_code::usage, sentence);
}

/// What both ask for; where both name the same field, `matches` sees to the query's.
void narrow(order_filter& filter, const order_filter& by) {
  const auto take = [](std::string& into, const std::string& value) {
    if (into.empty())
      into = value;
  };
  take(filter.state, by.state);
  take(filter.outcome, by.outcome);
  take(filter.customer, by.customer);
  if (by.created_before)
    filter.created_before = std::min(filter.created_before.value_or(*by.created_before), *by.created_before);
}

chosen orders_in_group(session& s, const std::string& typed) {
  auto orders = unfinished_orders(s.office);
  if (!orders)
    return tl::unexpected{report(s, orders.error())};
  std::vector<std::string> keys;
  for (const order_view& o : *orders) {
    const operations::cause why = operations::cause_of(o, s.definitions);
    keys.push_back(why.code.empty() ? std::string{} : operations::key_of(why));
  }
  const auto meant = group_meant(keys, typed);
  if (!meant)
    return tl::unexpected{fail(s, exit_code::not_found,
                               "No group is called '" + printable(typed) +
                                   "', or several begin so; `sagactl order stuck` shows those there are.")};
  std::vector<order_view> members;
  for (std::size_t i = 0; i < orders->size(); ++i)
    if (keys[i] == *meant)
      members.push_back(std::move((*orders)[i]));
  return members;
}

} // namespace

chosen orders_chosen(session& s, const order_choice& choice) {
  const int ways = (choice.by_id() ? 1 : 0) + (choice.query.empty() ? 0 : 1) + (choice.group.empty() ? 0 : 1);
  if (ways != 1)
    return tl::unexpected{
        fail(s, exit_code::usage, "Say which orders, in one way: by ids, - for ids on stdin, --query, or --group.")};
  if (choice.by_id())
    return orders_meant(s, choice.ids);
  return choice.group.empty() ? orders_found(s, choice.query, {}) : orders_in_group(s, choice.group);
}

chosen orders_found(session& s, const std::string& query, order_filter filter) {
  const moment now = s.now();
  operations::query wanted;
  std::optional<std::size_t> limit;
  if (!query.empty()) {
    auto parsed = operations::parse_query(query);
    if (!parsed)
      return tl::unexpected{refuse_query(s, query, parsed.error())};
    wanted = *std::move(parsed);
    narrow(filter, wanted.restriction(now));
    limit = std::exchange(filter.limit, std::nullopt); // the store does not see all of the query
  }
  auto orders = s.office.list_orders(filter);
  if (!orders)
    return tl::unexpected{report(s, orders.error())};
  std::erase_if(*orders, [&](const order_view& o) { return !wanted.matches(o, s.definitions, now); });
  if (limit && orders->size() > *limit)
    orders->erase(orders->begin() + static_cast<std::ptrdiff_t>(*limit), orders->end());
  return *std::move(orders);
}

} // namespace sagad::ctl
