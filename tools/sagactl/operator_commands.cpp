#include "tools/sagactl/operator_commands.hpp"

#include <memory>

#include "tools/sagactl/output.hpp"

namespace sagad::ctl {

namespace {

presentation<log_entry> as_entry(moment now) {
  return {.to_record = [](const log_entry& e) -> record {
            return {{"number", e.number},
                    {"at", to_rfc3339(e.at)},
                    {"who", e.who},
                    {"verb", e.verb},
                    {"subject", or_null(e.subject)},
                    {"why", or_null(e.why)},
                    {"detail", or_null(e.detail)}};
          },
          .id = [](const log_entry& e) { return std::to_string(e.number); },
          .columns = {{"AT"}, {"WHO"}, {"DID"}, {"TO"}, {"HOW MUCH"}, {"WHY"}},
          .row = [now](const log_entry& e) -> std::vector<cell> {
            return {relative(e.at, now),
                    e.who,
                    e.verb,
                    e.subject.empty() ? "-" : e.subject,
                    e.detail.empty() ? "-" : e.detail,
                    e.why.empty() ? "-" : e.why};
          }};
}

exit_code tell_log(session& s, std::size_t limit) {
  const auto entries = s.office.operator_log(limit == 0 ? std::nullopt : std::optional{limit});
  if (!entries)
    return report(s, entries.error());
  print_list(s, *entries, as_entry(s.now()));
  return exit_code::done;
}

} // namespace

void add_operator_group(CLI::App& app, command_fn& chosen) {
  CLI::App* const group = app.add_subcommand("operator", "What operators did");
  group->require_subcommand(1);
  const auto limit = std::make_shared<std::size_t>(0);
  add_verb(*group, chosen, "log", "List what operators did to this store, newest first",
           "sagactl operator log --limit 20", [limit](session& s) { return tell_log(s, *limit); })
      ->add_option("--limit", *limit, "At most so many")
      ->check(whole_number(1, 1'000'000'000));
}

} // namespace sagad::ctl
