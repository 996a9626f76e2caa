#include "tools/sagactl/follow_commands.hpp"

#include <ostream>
#include <sstream>
#include <utility>
#include <vector>

#include "tools/sagactl/for_terminal.hpp"
#include "tools/sagactl/order_ids.hpp"
#include "tools/sagactl/order_view.hpp"
#include "tools/sagactl/watching.hpp"

namespace sagad::ctl {

namespace {

constexpr milliseconds poll_interval{100};

/// An order and what happened to it since the last look.
struct look {
  order_view order;
  std::vector<fact> news;
};

/// Looks at an order again and again, without missing or repeating a fact.
class observer {
public:
  observer(back_office& office, order_id id) : office_(office), id_(std::move(id)) {}

  /// None when there is no such order. The order is read before its facts: one that has ended has told them all.
  store_result<std::optional<look>> again() {
    auto order = office_.find_order(id_);
    if (!order)
      return tl::unexpected{order.error()};
    if (!*order)
      return std::optional<look>{};
    auto news = office_.history(id_, seen_);
    if (!news)
      return tl::unexpected{news.error()};
    if (!news->empty())
      seen_ = news->back().sequence;
    return std::optional<look>{look{std::move(**order), std::move(*news)}};
  }

private:
  back_office& office_;
  order_id id_;
  std::uint64_t seen_ = 0;
};

/// Calls `show` for each look until it says that it has seen enough, or nobody reads us any more.
template <class Show>
exit_code observe(session& s, const order_id& id, const Show& show) {
  observer eyes{s.office, id};
  while (true) {
    const auto seen = eyes.again();
    if (!seen)
      return report(s, seen.error());
    if (!*seen)
      return no_such_order(s, id);
    const bool enough = show(**seen);
    s.out.flush();
    if (enough || !s.out)
      return exit_code::done;
    s.pause(poll_interval);
  }
}

std::string line_of(const fact& f) {
  std::string line = to_rfc3339(f.at) + "  " + f.type;
  if (f.attempt > 1)
    line += "  attempt " + std::to_string(f.attempt);
  if (!f.code.empty())
    line += "  " + f.code;
  if (!f.detail.empty())
    line += "  " + f.detail;
  return for_terminal(line);
}

void print_lines(session& s, const order_id& id, const std::vector<fact>& facts) {
  const bool for_people = s.format_or(output_format::table) == output_format::table;
  for (const fact& f : facts)
    s.out << (for_people ? line_of(f) : one_line(to_record(id, f))) << '\n';
}

std::string drawn(session& s, const order_view& order) {
  std::ostringstream text;
  print_order(text, s.on, order, s.now());
  return std::move(text).str();
}

} // namespace

exit_code tell_history(session& s, const order_id& id, bool follow) {
  if (const auto refused = refuse_ids(s, "A history"))
    return *refused;
  const bool one_document = s.format_or(output_format::table) == output_format::json;
  std::vector<fact> all;
  bool held = false;
  const exit_code code = observe(s, id, [&](const look& seen) {
    held = seen.order.now.state == saga_state::held;
    if (one_document)
      all.insert(all.end(), seen.news.begin(), seen.news.end());
    else
      print_lines(s, id, seen.news);
    return !follow || held || has_ended(seen.order.now);
  });
  if (one_document && code == exit_code::done)
    print_list<fact>(s, all, {.to_record = [&](const fact& f) { return to_record(id, f); }});
  return code == exit_code::done && follow && held ? exit_code::unhealthy : code;
}

exit_code watch_order(session& s, const order_id& id) {
  const output_format format = s.format_or(output_format::table);
  const bool drawing = format == output_format::table && s.on.is_terminal;
  picture canvas;
  bool held = false;
  const exit_code code = observe(s, id, [&](const look& seen) {
    const saga& now = seen.order.now;
    held = now.state == saga_state::held;
    const bool over = has_ended(now) || held;
    if (drawing)
      canvas.show(s, drawn(s, seen.order));
    else if (format == output_format::table)
      print_lines(s, id, seen.news);
    else if (over || (format == output_format::jsonl && !seen.news.empty()))
      print_one(s, to_record(seen.order), id.value, [] {});
    return over;
  });
  return code == exit_code::done && held ? exit_code::unhealthy : code;
}

} // namespace sagad::ctl
