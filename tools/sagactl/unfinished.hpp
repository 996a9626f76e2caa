#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workflows/operations/stuck.hpp"
#include "workflows/ports/back_office.hpp"

namespace sagad::ctl {

/// Every order that has not ended, newest first.
store_result<std::vector<order_view>> unfinished_orders(back_office& office);

/// What people call a group for short: the only key of these that begins so; none when there is none, or several.
std::optional<std::string> group_meant(const std::vector<std::string>& keys, const std::string& typed);

} // namespace sagad::ctl
