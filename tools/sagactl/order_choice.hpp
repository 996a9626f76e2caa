#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "tools/sagactl/session.hpp"

namespace sagad::ctl {

/// Which orders a verb is about, as on the command line: by one of these.
struct order_choice {
  /// Ids, what they begin with, or `-` for those on stdin.
  std::vector<std::string> ids{};
  std::string query{};
  /// A cause's key, as `order stuck` shows it, or what it begins with.
  std::string group{};

  bool by_id() const { return !ids.empty(); }
};

/// The orders, as of now. Otherwise how to leave, told.
tl::expected<std::vector<order_view>, exit_code> orders_chosen(session& s, const order_choice& choice);

/// The orders that a query finds among those that the filter does, at most `limit` of the filter's. An empty query
/// finds all.
tl::expected<std::vector<order_view>, exit_code> orders_found(session& s, const std::string& query,
                                                              order_filter filter);

} // namespace sagad::ctl
