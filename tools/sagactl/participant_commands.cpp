#include "tools/sagactl/participant_commands.hpp"

#include <algorithm>
#include <memory>
#include <ostream>
#include <utility>

#include "tools/sagactl/asking.hpp"
#include "tools/sagactl/participants.hpp"
#include "tools/sagactl/unfinished.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/operations/nearest_word.hpp"
#include "workflows/operations/words.hpp"
#include "workflows/strict_json.hpp"

namespace sagad::ctl {

namespace {

using operations::circuit_override;

exit_code list_participants(session& s) {
  const moment now = s.now();
  const auto status = s.office.status(now);
  if (!status)
    return report(s, status.error());
  const auto unfinished = unfinished_orders(s.office);
  if (!unfinished)
    return report(s, unfinished.error());
  print_list(s, participants_in(*status, *unfinished, s.definitions, now), as_participant(now));
  return exit_code::done;
}

/// Those that orders ask, those that any node plays, and, where they may be held, the questions.
std::vector<std::string> names_known(const saga_catalog& definitions, const store_status& status, bool with_questions) {
  std::vector<std::string> names = definitions.participants();
  for (const node_view& node : status.nodes)
    names.insert(names.end(), node.plays.begin(), node.plays.end());
  if (with_questions)
    for (const saga_step& step : checkout::checkout_saga.steps) {
      names.emplace_back(step.name);
      if (step.has_undo())
        names.emplace_back(step.undo.name);
    }
  return names;
}

/// Keeps somebody from holding what nobody will ever ask.
std::optional<exit_code> unless_known(session& s, const std::string& name, bool with_questions) {
  const auto status = s.office.status(s.now());
  if (!status)
    return report(s, status.error());
  const std::vector<std::string> names = names_known(s.definitions, *status, with_questions);
  if (std::find(names.begin(), names.end(), name) != names.end())
    return std::nullopt;
  const std::vector<std::string_view> words{names.begin(), names.end()};
  const std::string close{operations::nearest_word(name, words)};
  return fail(
      s, exit_code::usage,
      "Nobody plays '" + printable(name) + (with_questions ? "', and no step or undo is called so" : "'") +
          (close.empty() ? "; `sagactl participant list` shows those there are." : "; did you mean " + close + "?"));
}

exit_code set_rule(session& s, const std::string& name, const std::string& reason, circuit_override forced) {
  if (const auto wrong = unless_known(s, name, forced == circuit_override::forced_open))
    return *wrong;
  const auto why = reason_for(s, reason);
  if (!why)
    return why.error();
  const auto set =
      s.office.set_participant_rule({.on = name, .forced = forced, .who = s.who, .why = *why, .since = s.now()});
  if (!set)
    return report(s, set.error());
  if (forced == circuit_override::forced_open)
    s.err << "No node asks " << name
          << " any more, from its next sign of life on; its orders wait and lose no attempt. "
          << "`sagactl participant release " << name << " --reason WHY` lets them go on.\n";
  else
    s.err << "Every command for " << name << " is sent, whether it answers or not, until `sagactl participant release "
          << name << "`.\n";
  return exit_code::done;
}

exit_code release(session& s, const std::string& name, const std::string& reason) {
  const auto why = reason_for(s, reason);
  if (!why)
    return why.error();
  const auto cleared = s.office.clear_participant_rule(name, s.who, *why, s.now());
  if (!cleared)
    return report(s, cleared.error());
  if (!*cleared)
    return fail(s, exit_code::not_found,
                "No rule is on '" + printable(name) + "'; `sagactl participant list` shows those there are.");
  s.err << "The way to " << name << " is free again.\n";
  return exit_code::done;
}

} // namespace

void add_participant_group(CLI::App& app, command_fn& chosen) {
  CLI::App* const group = app.add_subcommand("participant", "Who is asked: how they answer, and whether to ask them");
  group->require_subcommand(1);
  add_verb(*group, chosen, "list", "List the participants, who waits for them, and what stands between",
           "sagactl participant list", list_participants);
  const auto add = [&](const char* name, const char* summary, const char* example, const char* what, auto run) {
    const auto on = std::make_shared<std::string>();
    const auto reason = std::make_shared<std::string>();
    CLI::App* const verb =
        add_verb(*group, chosen, name, summary, example, [=](session& s) { return run(s, *on, *reason); });
    verb->add_option("NAME", *on, what)->required()->check(well_formed_id());
    verb->add_option("--reason", *reason, "Why; for the operators' log");
  };
  add("hold", "Stop asking a participant; its orders wait",
      "sagactl participant hold payment --reason 'the bank moves house'",
      "A participant, a step, or an undo such as refund-payment",
      [](session& s, const std::string& on, const std::string& reason) {
        return set_rule(s, on, reason, circuit_override::forced_open);
      });
  add("release", "Ask it again", "sagactl participant release payment --reason 'the bank is back'",
      "As it was held, or forced closed", release);
  add("force-closed", "Ask a participant though its circuit breaker would not",
      "sagactl participant force-closed payment --reason 'it only looks away'", "A participant",
      [](session& s, const std::string& on, const std::string& reason) {
        return set_rule(s, on, reason, circuit_override::forced_closed);
      });
}

} // namespace sagad::ctl
