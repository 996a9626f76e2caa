#include "tools/sagactl/order_repairs.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <ostream>
#include <utility>

#include "tools/sagactl/asking.hpp"
#include "tools/sagactl/interrupt.hpp"
#include "tools/sagactl/operation_pacing.hpp"
#include "tools/sagactl/operation_view.hpp"
#include "tools/sagactl/repair_plan_view.hpp"
#include "workflows/operations/repair.hpp"
#include "workflows/strict_json.hpp"

namespace sagad::ctl {

namespace {

using operations::operator_action;
using operations::repair_plan;

constexpr std::size_t value_bytes_max = 65'536;
constexpr std::size_t value_depth_max = 16;
constexpr std::size_t set_max = 1'000'000;

class repairing {
public:
  repairing(session& s, const repair_options& wanted) : s_(s), wanted_(wanted) {}

  exit_code run() {
    if (const auto wrong = read_options())
      return *wrong;
    const auto orders = orders_chosen(s_, wanted_.which);
    if (!orders)
      return orders.error();
    repair_plan plan = operations::plan(request_.wanted, *orders, s_.definitions, s_.now());
    if (wanted_.dry_run) {
      tell_plan(s_, plan);
      return code_of_refused(plan);
    }
    return plan.allowed == 0 ? nothing_to_do(plan) : agree_and_carry_out(std::move(plan));
  }

private:
  std::optional<exit_code> read_options() {
    request_.wanted = {.what = wanted_.what, .who = s_.who, .why = wanted_.reason};
    request_.pace = {.canary = wanted_.canary};
    if (wanted_.rate != 0)
      request_.pace.per_second = wanted_.rate;
    if (!wanted_.abort_if.empty()) {
      const auto rule = operations::parse_abort_rule(wanted_.abort_if);
      if (!rule)
        return fail(s_, exit_code::usage, "--abort-if is not understood: " + rule.error().message + '.');
      request_.pace.abort_if = *rule;
    }
    if (!wanted_.value.empty()) {
      auto value = parse_strict_json(wanted_.value, {.bytes_max = value_bytes_max, .depth_max = value_depth_max});
      if (!value)
        return fail(s_, exit_code::usage, "--value is no JSON: " + value.error().message);
      request_.wanted.value = *std::move(value);
    }
    if (wanted_.no_wait && needs_pacer())
      return fail(s_, exit_code::usage,
                  "--no-wait cannot go with --rate, --canary or --abort-if: somebody has to pace it. Leave it out; "
                  "Ctrl-C may be pressed at any time.");
    return std::nullopt;
  }

  bool needs_pacer() const { return wanted_.rate != 0 || wanted_.canary != 0 || !wanted_.abort_if.empty(); }

  /// Ids that somebody named are wanted one by one; a query's or a group's are wanted as far as it goes.
  exit_code code_of_refused(const repair_plan& plan) const {
    return plan.refused != 0 && wanted_.which.by_id() ? exit_code::failed : exit_code::done;
  }

  exit_code nothing_to_do(const repair_plan& plan) {
    if (plan.refused == 0) {
      s_.err << "No order is meant; nothing was done.\n";
    } else {
      print_plan(s_.err, s_.on, plan);
      s_.err << "Nothing was done.\n";
    }
    if (s_.format_or(output_format::table) != output_format::table)
      tell_plan(s_, plan);
    return plan.refused == 0 ? exit_code::done : exit_code::failed;
  }

  exit_code agree_and_carry_out(repair_plan plan) {
    print_plan(s_.err, {}, plan);
    const auto why = reason_for(s_, wanted_.reason);
    if (!why)
      return why.error();
    request_.wanted.why = *why;
    if (const auto refused = unless_agreed(s_, question_about(plan), wanted_.yes))
      return *refused;
    const interrupt_deferral until_told; // what is promised, and how to go on with it
    const auto begun = promise(plan);
    if (!begun)
      return report(s_, begun.error());
    s_.err << "It is " << begun->id << "; `sagactl operation watch " << begun->id << "` shows it elsewhere.\n"
           << std::flush;
    const exit_code code = wanted_.no_wait ? leave_it(*begun) : pace_to_the_end(s_, *begun);
    return code == exit_code::done ? code_of_refused(plan) : code;
  }

  /// The first ones are released with the plan itself.
  store_result<operation> promise(const repair_plan& plan) {
    std::vector<repair_target> targets;
    targets.reserve(plan.allowed);
    for (const operations::planned_repair& p : plan.orders)
      if (p.allowed)
        targets.push_back({.order = p.order, .saga = p.saga, .sequence = p.sequence});
    const moment now = s_.now();
    operations::pace pace{request_.pace, {.total = targets.size()}, now};
    const std::size_t first = pace.release(now).count;
    auto begun = s_.office.plan_operation(request_, targets, first, s_.pacer, now);
    if (begun || begun.error().what != store_error::kind::in_doubt)
      return begun;
    return found_after_all(begun.error(), targets.size(), now);
  }

  /// The answer got lost; the operation may be there all the same.
  store_result<operation> found_after_all(const store_error& lost, std::size_t total, moment planned_at) {
    constexpr std::size_t latest = 20;
    const auto operations = s_.office.list_operations(latest);
    if (!operations)
      return tl::unexpected{lost};
    const auto ours = std::find_if(operations->begin(), operations->end(), [&](const operation& o) {
      return o.planned_at == planned_at && o.asked.wanted.who == request_.wanted.who &&
             o.asked.wanted.why == request_.wanted.why && o.asked.wanted.what == request_.wanted.what &&
             o.counts.total() == total;
    });
    if (ours == operations->end())
      return tl::unexpected{lost};
    return *ours;
  }

  exit_code leave_it(const operation& begun) {
    tell_operation(s_, begun);
    if (is_anybody_there(s_))
      return exit_code::done;
    s_.err << "No node runs. The promise is kept: it is applied when one does.\n";
    return exit_code::unhealthy;
  }

  session& s_;
  const repair_options& wanted_;
  operation_request request_;
};

struct verb {
  operator_action what;
  const char* summary;
  const char* example;
};

constexpr std::array verbs{
    verb{operator_action::retry, "Ask again now, not after the next pause",
         "sagactl order retry --query 'step=charge-payment and older-than 5m' --reason 'the bank is back' --canary 1"},
    verb{operator_action::resume, "Let held orders go on where they stopped",
         "sagactl order resume --group 1f3a --reason 'refunds work again' --canary 1 --abort-if 'failed>5%'"},
    verb{operator_action::cancel, "Undo orders that are not wanted any more",
         "sagactl order cancel o-1001 --reason 'the customer called'"},
    verb{operator_action::compensate, "Give up orders that fail, and undo what was done",
         "sagactl order compensate o-1001 o-1002 --reason 'the shelf is empty' --yes"},
    verb{operator_action::skip, "Take the step that orders are stuck at as done (an undo: as undone), on your word",
         "sagactl order skip o-1001 --reason 'booked by phone' --value '{\"tracking\":\"T-17\"}'"},
    verb{operator_action::hold, "Have orders stand still until they are resumed",
         "sagactl order list --customer alice -o ids | sagactl order hold - --reason 'fraud?' --yes"}};

void add_repair(CLI::App& orders, command_fn& chosen, const verb& v) {
  const auto wanted = std::make_shared<repair_options>();
  wanted->what = v.what;
  CLI::App* const app = add_verb(orders, chosen, std::string{to_string(v.what)}, v.summary, v.example,
                                 [wanted](session& s) { return repair_orders(s, *wanted); });
  app->add_option("ID", wanted->which.ids, "The orders, or what their ids begin with; - for ids on stdin")
      ->expected(1, static_cast<int>(set_max));
  app->add_option("--query", wanted->which.query, "The orders that this finds, such as 'state=held and older-than 5m'");
  app->add_option("--group", wanted->which.group, "The orders of this group, as `order stuck` shows it");
  app->add_option("--reason", wanted->reason, "Why; for the operators' log and the orders' histories");
  if (v.what == operator_action::skip)
    app->add_option("--value", wanted->value, "JSON: what the participant would have answered");
  app->add_flag("--dry-run", wanted->dry_run, "Only tell what would be done");
  app->add_flag("--yes", wanted->yes, "Do not ask");
  app->add_option("--rate", wanted->rate, "No more than so many a second")->check(whole_number(1, set_max));
  app->add_option("--canary", wanted->canary, "So many first; when they end well twice as many, and so on")
      ->check(whole_number(1, set_max));
  app->add_option("--abort-if", wanted->abort_if, "Stop when too many fail, such as 'failed>5%' or 'failed>3'");
  app->add_flag("--no-wait", wanted->no_wait, "Leave once it is promised");
}

} // namespace

exit_code repair_orders(session& s, const repair_options& wanted) { return repairing{s, wanted}.run(); }

void add_repairs(CLI::App& orders, command_fn& chosen) {
  for (const verb& v : verbs)
    add_repair(orders, chosen, v);
}

} // namespace sagad::ctl
