#include "tools/sagactl/stuck_command.hpp"

#include <algorithm>
#include <memory>
#include <numeric>
#include <ostream>

#include "tools/sagactl/for_terminal.hpp"
#include "tools/sagactl/unfinished.hpp"
#include "tools/sagactl/watching.hpp"
#include "workflows/duration.hpp"
#include "workflows/operations/remedy.hpp"
#include "workflows/operations/stake.hpp"
#include "workflows/operations/words.hpp"
#include "workflows/strict_json.hpp"

namespace sagad::ctl {

namespace {

using operations::counted;
using operations::stuck_group;

constexpr std::size_t note_length_max = 1'000;

store_result<notes_by_group> notes_of(session& s) {
  const auto notes = s.office.notes();
  if (!notes)
    return tl::unexpected{notes.error()};
  notes_by_group by_group;
  for (const group_note& n : *notes)
    by_group[n.group] = n;
  return by_group;
}

store_result<std::vector<stuck_group>> groups_now(session& s, const operations::stuck_options& options) {
  const auto orders = unfinished_orders(s.office);
  if (!orders)
    return tl::unexpected{orders.error()};
  return operations::stuck(*orders, s.definitions, s.now(), options);
}

colour tint_of(operations::trend t) {
  switch (t) {
  case operations::trend::rising:
    return colour::bad;
  case operations::trend::easing:
    return colour::good;
  case operations::trend::steady:
    break;
  }
  return colour::plain;
}

presentation<stuck_group> as_group(const notes_by_group& notes, moment now) {
  return {.to_record = [&notes](const stuck_group& g) { return to_record(g, notes); },
          .id = [](const stuck_group& g) { return g.key; },
          .columns = {{"GROUP"},
                      {"ORDERS", align::right},
                      {"HELD", align::right},
                      {"STAKE", align::right},
                      {"CAUSE"},
                      {"FIRST"},
                      {"LAST"},
                      {"TREND"},
                      {"NOTE"}},
          .row = [&notes, now](const stuck_group& g) -> std::vector<cell> {
            const auto note = notes.find(g.key);
            return {g.key,
                    std::to_string(g.count),
                    std::to_string(g.held),
                    std::to_string(g.at_stake()),
                    text_of(g.why),
                    relative(g.oldest, now),
                    relative(g.newest, now),
                    {std::string{to_string(g.goes())}, tint_of(g.goes())},
                    note == notes.end() ? "-" : note->second.who + ": " + note->second.text};
          }};
}

void print_advice(session& s, const std::vector<stuck_group>& groups) {
  std::size_t orders = 0;
  checkout::money stake = 0;
  for (const stuck_group& g : groups) {
    orders += g.count;
    stake = operations::added(stake, g.at_stake());
  }
  s.out << '\n'
        << counted(orders, "order") << (orders == 1 ? " is" : " are") << " stuck; " << stake << " at stake.\n"
        << "See one:  sagactl order why " << for_terminal(groups.front().examples.front().value) << '\n'
        << "Then:     " << repair_of(groups.front()) << '\n';
}

exit_code tell_stuck(session& s, const std::string& older_than) {
  operations::stuck_options options;
  if (!older_than.empty())
    options.longer_than = parse_duration(older_than).value_or(options.longer_than);
  const auto groups = groups_now(s, options);
  if (!groups)
    return report(s, groups.error());
  const auto notes = notes_of(s);
  if (!notes)
    return report(s, notes.error());
  print_list(s, *groups, as_group(*notes, s.now()));
  if (s.format_or(output_format::table) == output_format::table) {
    if (groups->empty())
      s.out << "Nothing is stuck.\n";
    else
      print_advice(s, *groups);
  }
  return groups->empty() ? exit_code::done : exit_code::unhealthy;
}

/// A note may be about orders that are in trouble since a moment ago, or outlive its group.
exit_code leave_note(session& s, const std::string& group, std::string text, bool clear) {
  if (clear != text.empty())
    return fail(s, exit_code::usage, "Give the note's TEXT, or --clear to take it away.");
  if (text.size() > note_length_max)
    return fail(s, exit_code::usage, "A note has at most " + std::to_string(note_length_max) + " bytes.");
  const auto groups = groups_now(s, {.longer_than = milliseconds{0}});
  if (!groups)
    return report(s, groups.error());
  const auto notes = notes_of(s);
  if (!notes)
    return report(s, notes.error());
  std::vector<std::string> keys;
  for (const stuck_group& g : *groups)
    keys.push_back(g.key);
  for (const auto& [key, note] : *notes)
    keys.push_back(key);
  const auto meant = group_meant(keys, group);
  if (!meant)
    return fail(s, exit_code::not_found,
                "No group is called '" + printable(group) +
                    "', or several begin so; `sagactl order stuck` shows those there are.");
  const auto kept = s.office.set_note({.group = *meant, .text = std::move(text), .who = s.who, .at = s.now()});
  return kept ? exit_code::done : report(s, kept.error());
}

void add_note(CLI::App& orders, command_fn& chosen) {
  const auto group = std::make_shared<std::string>();
  const auto text = std::make_shared<std::string>();
  const auto clear = std::make_shared<bool>(false);
  CLI::App* const verb = add_verb(orders, chosen, "note", "Leave a note on a group of stuck orders, for the others",
                                  "sagactl order note 1f3a 'the bank is told, ticket 4711'",
                                  [=](session& s) { return leave_note(s, *group, *text, *clear); });
  verb->add_option("GROUP", *group, "The group, as `order stuck` shows it, or what it begins with")->required();
  verb->add_option("TEXT", *text, "The note; it replaces the one that is there");
  verb->add_flag("--clear", *clear, "Take the note away");
}

} // namespace

record to_record(const stuck_group& g, const notes_by_group& notes) {
  record r{{"group", g.key},
           {"step", g.why.step},
           {"participant", or_null(g.why.participant)},
           {"code", g.why.code},
           {"detail", or_null(g.why.detail)},
           {"count", g.count},
           {"held", g.held},
           {"at_stake", g.at_stake()},
           {"charged", g.charged},
           {"in_doubt", g.in_doubt},
           {"first_seen", to_rfc3339(g.oldest)},
           {"last_seen", to_rfc3339(g.newest)},
           {"trend", to_string(g.goes())},
           {"examples", record::array()},
           {"note", nullptr}};
  for (const order_id& id : g.examples)
    r["examples"].push_back(id.value);
  if (const auto n = notes.find(g.key); n != notes.end())
    r["note"] = {{"text", n->second.text}, {"who", n->second.who}, {"at", to_rfc3339(n->second.at)}};
  return r;
}

std::string text_of(const operations::cause& why) {
  std::string text = why.step;
  for (const std::string& part : {why.code, why.detail})
    if (!part.empty())
      text += (text.empty() ? "" : ": ") + part;
  return text;
}

std::string repair_of(const stuck_group& g) {
  return operations::remedy_for(g.why, g.held_because, operations::whole_group(g.key)).command;
}

void add_stuck(CLI::App& orders, command_fn& chosen) {
  const auto older_than = std::make_shared<std::string>();
  const auto again = std::make_shared<watch_interval>();
  CLI::App* const verb =
      add_verb(orders, chosen, "stuck", "Group what does not progress by its cause; exit 5 when there is something",
               "sagactl order stuck --older-than 5m", [=](session& s) {
                 return watching(s, *again, [&](session& one) { return tell_stuck(one, *older_than); });
               });
  verb->add_option("--older-than", *older_than, "Orders that still try count after so long in trouble (1m)")
      ->check(duration());
  add_watch_option(*verb, *again);
  add_note(orders, chosen);
}

} // namespace sagad::ctl
