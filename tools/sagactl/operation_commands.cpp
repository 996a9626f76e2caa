#include "tools/sagactl/operation_commands.hpp"

#include <memory>
#include <ostream>

#include "tools/sagactl/asking.hpp"
#include "tools/sagactl/operation_pacing.hpp"
#include "tools/sagactl/operation_view.hpp"
#include "tools/sagactl/watching.hpp"
#include "workflows/strict_json.hpp"

namespace sagad::ctl {

namespace {

constexpr milliseconds look_interval{500};

exit_code no_such_operation(session& s, const std::string& id) {
  return fail(s, exit_code::not_found,
              "There is no operation '" + printable(id) + "'; `sagactl operation list` shows those there are.");
}

/// As it is now, results that nobody has recorded yet included, where this user may record them.
store_result<std::optional<operation>> fresh(session& s, const std::string& id) {
  auto settled = s.office.settle_repairs(id);
  if (settled || settled.error().what != store_error::kind::forbidden)
    return settled;
  return s.office.find_operation(id);
}

exit_code list_operations(session& s, std::size_t limit) {
  const auto all = s.office.list_operations(limit == 0 ? std::nullopt : std::optional{limit});
  if (!all)
    return report(s, all.error());
  print_list(s, *all, as_operation(s.now()));
  return exit_code::done;
}

exit_code show_operation(session& s, const std::string& id) {
  const auto found = fresh(s, id);
  if (!found)
    return report(s, found.error());
  return *found ? tell_operation(s, **found) : no_such_operation(s, id);
}

bool is_at_rest(const operation& o) {
  const repair_counts& c = o.counts;
  return c.is_over() || (o.stopped_at && c.released == 0 && c.well + c.badly == c.applied);
}

/// Looks on until nothing moves any more; then the results.
exit_code watch_operation(session& s, const std::string& id) {
  progress_line line{s};
  std::string told;
  while (true) {
    const auto found = fresh(s, id);
    if (!found)
      return report(s, found.error());
    if (!*found)
      return no_such_operation(s, id);
    const std::string now = sentence_about(**found);
    line.show(now);
    if (is_at_rest(**found)) {
      line.clear();
      const exit_code code = tell_operation(s, **found);
      return code == exit_code::done && !(*found)->counts.is_over() ? exit_code::failed : code;
    }
    if (!s.err_is_terminal && now != told)
      s.err << now << '\n';
    told = now;
    s.pause(look_interval);
    if (s.interrupted())
      return exit_code::interrupted;
  }
}

exit_code stop_operation(session& s, const std::string& id, const std::string& reason) {
  const auto why = reason_for(s, reason);
  if (!why)
    return why.error();
  const auto stopped = s.office.stop_operation(id, s.who, *why, s.now());
  if (!stopped)
    return report(s, stopped.error());
  if (!*stopped)
    return no_such_operation(s, id);
  if ((*stopped)->counts.is_over())
    s.err << id << " is over already.\n";
  else
    s.err << id << " is stopped: nothing more begins, and what was released still ends. `sagactl operation resume "
          << id << "` goes on.\n";
  return tell_operation(s, **stopped) == exit_code::not_permitted ? exit_code::not_permitted : exit_code::done;
}

exit_code resume_operation(session& s, const std::string& id) {
  const auto resumed = s.office.resume_operation(id, s.who, s.pacer, s.now());
  if (!resumed)
    return report(s, resumed.error());
  return *resumed ? pace_to_the_end(s, **resumed) : no_such_operation(s, id);
}

} // namespace

void add_operation_group(CLI::App& app, command_fn& chosen) {
  CLI::App* const group = app.add_subcommand("operation", "Repairs of many orders: see them, stop them, go on");
  group->require_subcommand(1);

  const auto limit = std::make_shared<std::size_t>(0);
  add_verb(*group, chosen, "list", "List operations, newest first", "sagactl operation list --limit 10",
           [limit](session& s) { return list_operations(s, *limit); })
      ->add_option("--limit", *limit, "At most so many")
      ->check(whole_number(1, 1'000'000'000));

  const auto add = [&](const char* name, const char* summary, const char* example, auto run) {
    const auto id = std::make_shared<std::string>();
    CLI::App* const verb = add_verb(*group, chosen, name, summary, example, [=](session& s) { return run(s, *id); });
    verb->add_option("ID", *id, "The operation, as `operation list` shows it")->required()->check(well_formed_id());
    return verb;
  };
  const auto again = std::make_shared<watch_interval>();
  add_watch_option(*add("show", "Show an operation, and which orders failed", "sagactl operation show op-7 -o json",
                        [again](session& s, const std::string& id) {
                          return watching(s, *again, [&](session& one) { return show_operation(one, id); });
                        }),
                   *again);
  add("watch", "Watch an operation until nothing of it moves; exit 1 when any order failed",
      "sagactl operation watch op-7", watch_operation);
  const auto reason = std::make_shared<std::string>();
  add("stop", "Let no more of an operation begin", "sagactl operation stop op-7 --reason 'too many failed'",
      [reason](session& s, const std::string& id) { return stop_operation(s, id, *reason); })
      ->add_option("--reason", *reason, "Why; for the operators' log");
  add("resume", "Go on with an operation that was stopped, or whose pacer is gone", "sagactl operation resume op-7",
      resume_operation);
}

} // namespace sagad::ctl
