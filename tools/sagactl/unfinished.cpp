#include "tools/sagactl/unfinished.hpp"

namespace sagad::ctl {

store_result<std::vector<order_view>> unfinished_orders(back_office& office) {
  order_filter filter;
  filter.unfinished = true;
  return office.list_orders(filter);
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
