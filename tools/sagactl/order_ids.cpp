#include "tools/sagactl/order_ids.hpp"

#include <algorithm>
#include <istream>
#include <iterator>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "tools/sagactl/unfinished.hpp"
#include "workflows/strict_json.hpp"

namespace sagad::ctl {

namespace {

/// So many are shown to somebody who abbreviated too much.
constexpr std::size_t candidates_max = 8;
/// From so many orders on it pays to read all unfinished ones at once.
constexpr std::size_t many_orders = 500;

exit_code ambiguous(session& s, const std::string& typed, const std::vector<order_id>& candidates) {
  std::string sentence = "Several orders begin with '" + printable(typed) + "':";
  for (std::size_t i = 0; i < std::min(candidates.size(), candidates_max); ++i)
    sentence += (i == 0 ? " " : ", ") + candidates[i].value;
  return fail(s, exit_code::usage, sentence + (candidates.size() > candidates_max ? ", and more." : "."));
}

tl::expected<order_view, exit_code> order_beginning_with(session& s, const std::string& typed) {
  const auto candidates = s.office.orders_like(typed, candidates_max + 1);
  if (!candidates)
    return tl::unexpected{report(s, candidates.error())};
  if (candidates->empty())
    return tl::unexpected{no_such_order(s, order_id{typed})};
  if (candidates->size() > 1)
    return tl::unexpected{ambiguous(s, typed, *candidates)};
  auto order = s.office.find_order(candidates->front());
  if (!order)
    return tl::unexpected{report(s, order.error())};
  if (!*order)
    return tl::unexpected{no_such_order(s, order_id{typed})};
  return **std::move(order);
}

/// The unfinished orders by id, where that is worth its cost.
tl::expected<std::unordered_map<std::string, order_view>, exit_code> read_beforehand(session& s, std::size_t wanted) {
  std::unordered_map<std::string, order_view> known;
  if (wanted < many_orders)
    return known;
  auto unfinished = unfinished_orders(s.office);
  if (!unfinished)
    return tl::unexpected{report(s, unfinished.error())};
  known.reserve(unfinished->size());
  for (order_view& o : *unfinished) {
    const std::string id = o.now.order.value;
    known.emplace(id, std::move(o));
  }
  return known;
}

} // namespace

exit_code no_such_order(session& s, const order_id& id) {
  return fail(s, exit_code::not_found,
              "There is no order '" + printable(id.value) + "'; `sagactl order list` shows those there are.");
}

tl::expected<order_view, exit_code> order_meant(session& s, const std::string& typed) {
  if (!is_valid_id(typed))
    return tl::unexpected{no_such_order(s, order_id{typed})};
  auto exact = s.office.find_order(order_id{typed});
  if (!exact)
    return tl::unexpected{report(s, exact.error())};
  if (*exact)
    return **std::move(exact);
  return order_beginning_with(s, typed);
}

tl::expected<std::vector<order_view>, exit_code> orders_meant(session& s, const std::vector<std::string>& typed) {
  const std::vector<std::string> words = words_meant(s, typed);
  const auto known = read_beforehand(s, words.size());
  if (!known)
    return tl::unexpected{known.error()};
  std::vector<order_view> orders;
  std::unordered_set<std::string> seen;
  std::optional<exit_code> wrong;
  for (const std::string& word : words) {
    const auto at_hand = known->find(word);
    auto order = at_hand == known->end() ? order_meant(s, word) : tl::expected<order_view, exit_code>{at_hand->second};
    if (!order && order.error() != exit_code::not_found && order.error() != exit_code::usage)
      return tl::unexpected{order.error()}; // the store, and it would not be better with the next one
    if (!order)
      wrong = wrong.value_or(order.error());
    else if (seen.insert(order->now.order.value).second)
      orders.push_back(*std::move(order));
  }
  if (wrong)
    return tl::unexpected{*wrong};
  return orders;
}

std::vector<std::string> words_meant(session& s, const std::vector<std::string>& typed) {
  std::vector<std::string> words;
  for (const std::string& word : typed)
    if (word == "-")
      words.insert(words.end(), std::istream_iterator<std::string>{s.in}, std::istream_iterator<std::string>{});
    else
      words.push_back(word);
  return words;
}

} // namespace sagad::ctl
