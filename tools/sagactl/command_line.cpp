#include "tools/sagactl/command_line.hpp"

#include <map>

#include "tools/sagactl/arguments.hpp"
#include "tools/sagactl/audit_command.hpp"
#include "tools/sagactl/completion.hpp"
#include "tools/sagactl/dead_letter_commands.hpp"
#include "tools/sagactl/node_commands.hpp"
#include "tools/sagactl/operation_commands.hpp"
#include "tools/sagactl/operator_commands.hpp"
#include "tools/sagactl/order_commands.hpp"
#include "tools/sagactl/participant_commands.hpp"
#include "tools/sagactl/shop_commands.hpp"
#include "tools/sagactl/status_command.hpp"

namespace sagad::ctl {

namespace {

const std::map<std::string, output_format>& formats() {
  static const std::map<std::string, output_format> names{{"table", output_format::table},
                                                          {"json", output_format::json},
                                                          {"jsonl", output_format::jsonl},
                                                          {"ids", output_format::ids}};
  return names;
}

void add_completion(CLI::App& app, request& asked) {
  CLI::App* const group = app.add_subcommand("completion", "Have your shell complete verbs and options");
  group->require_subcommand(1);
  CLI::App* const bash = group->add_subcommand("bash", "Print the script for bash");
  bash->footer("Example:\n  source <(sagactl completion bash)");
  bash->callback([&app, &asked] { asked.text = bash_completion(app); });
}

} // namespace

void describe(CLI::App& app, request& asked) {
  app.name("sagactl");
  app.require_subcommand(1);
  app.fallthrough(); // --store, -o and --who are taken anywhere on the line
  app.add_option("--store", asked.store, "The store: sqlite:PATH or postgresql://...")->envname("SAGAD_STORE");
  app.add_option("-o,--output", asked.format, "table, json, jsonl or ids")
      ->transform(CLI::CheckedTransformer(formats()).description(""));
  app.add_option("--who", asked.who, "Your name, for the operators' log; by default as you are logged in")
      ->envname("SAGAD_OPERATOR");
  app.footer(
      "Exit codes: 0 done, 1 failed, 2 usage, 3 not permitted, 4 not found, 5 unhealthy or stuck, 130 interrupted");

  add_status(app, asked.command);
  add_order_group(app, asked.command);
  add_operation_group(app, asked.command);
  add_participant_group(app, asked.command);
  add_dead_letter_group(app, asked.command);
  add_operator_group(app, asked.command);
  add_shop_groups(app, asked.command);
  add_node_group(app, asked.command);
  add_verb(app, asked.command, "audit", "Check that every promise is kept; exit 5 and the offenders when not",
           "sagactl audit -o ids", audit_store);
  add_completion(app, asked);
}

} // namespace sagad::ctl
