#include "tools/sagactl/unfinished.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_set>
#include <utility>

namespace sagad::ctl {

store_result<std::vector<order_view>> unfinished_orders(back_office& office) {
  std::vector<order_view> all;
  int states_with_orders = 0;
  for (const saga_state state : {saga_state::running, saga_state::compensating, saga_state::held}) {
    order_filter filter;
    filter.state = to_string(state);
    auto some = office.list_orders(filter);
    if (!some)
      return some;
    states_with_orders += some->empty() ? 0 : 1;
    all.insert(all.end(), std::make_move_iterator(some->begin()), std::make_move_iterator(some->end()));
  }
  if (states_with_orders < 2)
    return all; // none was read twice
  // Of one that was the later look counts.
  std::unordered_set<std::string> seen;
  std::reverse(all.begin(), all.end());
  std::erase_if(all, [&](const order_view& o) { return !seen.insert(o.now.order.value).second; });
  return all;
}

std::optional<std::string> group_meant(const std::vector<std::string>& keys, const std::string& typed) {
  std::optional<std::string> meant;
  for (const std::string& key : keys) {
    if (key == typed)
      return key;
    if (!typed.empty() && key.starts_with(typed)) {
      if (meant && *meant != key)
        return std::nullopt;
      meant = key;
    }
  }
  return meant;
}

} // namespace sagad::ctl
