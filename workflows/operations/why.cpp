#include "workflows/operations/why.hpp"

#include <algorithm>
#include <utility>

#include "workflows/operations/cause.hpp"
#include "workflows/operations/remedy.hpp"
#include "workflows/operations/silence.hpp"
#include "workflows/operations/stake.hpp"
#include "workflows/operations/words.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad::operations {

namespace {

using enum sentence_role;

constexpr std::string_view start_a_node = "sagad --store URL";

std::string with_detail(const trouble& wrong) { return wrong.code + (wrong.detail.empty() ? "" : ": " + wrong.detail); }

/// What people did about an order, as the machine tells it.
bool is_a_persons(const fact& f) {
  return f.type == "order.cancel-requested" || f.type == "order.compensate-requested" ||
         f.type == "order.retry-requested" || f.type == "order.resumed" || f.type.ends_with(".skipped");
}

class explaining {
public:
  explaining(const order_situation& situation, const saga_catalog& definitions)
      : here_(situation), definitions_(definitions) {}

  explanation explain() {
    if (!here_.order)
      never_arrived();
    else if (has_ended(now()))
      over();
    else if (now().state == saga_state::held)
      held();
    else
      under_way();
    return std::move(out_);
  }

private:
  // --- the four kinds of order ---------------------------------------------------------------------------------

  void never_arrived() {
    const std::string id = here_.asked_for.value;
    if (!here_.refused) {
      tell(state, "there is no order " + id + ": no submission with this id was ever accepted here");
      return advise(
          "look for the id among the latest orders and the dead letters, and ask whoever submitted it whether "
          "it was answered",
          "sagactl order list --limit 20");
    }
    tell(state, "there is no order " + id + ": a submission with this id was refused");
    tell(problem, here_.refused->reason + " (it came from " + here_.refused->source + ')');
    tell(since, "it was refused " + in_words(here_.refused->at, here_.now));
    advise("mend the submission and submit it again", "sagactl deadletter list");
  }

  void over() {
    const bool completed = now().state == saga_state::completed;
    tell(state, completed
                    ? "the order is completed: all of its steps are done"
                    : "the order is rolled back with outcome " + now().outcome + ": whatever had been done is undone");
    if (!completed && !now().last_error.empty())
      tell(problem, "the last thing that went wrong was " + now().last_error);
    tell(since, "it ended " + in_words(now().updated_at, here_.now));
    persons_words();
    advise("nothing is left to do; its history tells how it came", "sagactl order history " + id());
  }

  void held() {
    tell(state, "the order is held at " + question() + ": it waits for a person");
    tell(problem, why_held());
    tell(waits_for, "somebody must decide: resume asks again, skip settles the step by hand" +
                        std::string{may_turn_round() ? ", compensate gives the order up" : ""});
    tell(since, "it was held " + in_words(held_at(), here_.now));
    others_and_money();
    persons_words();
    if (now().held_because == hold_cause::unknown_definition)
      return advise("start a node that knows definition " + now().definition + ", version " +
                        std::to_string(now().version) + ", then resume the order",
                    std::string{start_a_node});
    advise_remedy(now().held_because.value_or(hold_cause::retries_exhausted));
  }

  void under_way() {
    const bool back = now().state == saga_state::compensating;
    tell(state, std::string{back ? "the order turns round with outcome " + now().outcome + ", " : "the order runs, "} +
                    "at " + question());
    const bool in_trouble = !now().wrong.code.empty();
    if (in_trouble)
      tell(problem, question() + " fails with " + with_detail(now().wrong));
    what_it_waits_for();
    tell(since, "it began " + std::string{in_trouble ? "to fail " : "to ask for this "} +
                    in_words(asks_or_fails_since(), here_.now));
    others_and_money();
    persons_words();
    if (!is_driven() || is_stopped_by_circuit())
      return; // and what helps is said
    if (!in_trouble)
      return advise("nothing is wrong: it goes on by itself", {});
    if (now().awaiting_reply && here_.others == 0)
      return advise("it is being asked just now: see what comes of it", "sagactl order watch " + id());
    advise_remedy(std::nullopt);
  }

  // --- what they have in common --------------------------------------------------------------------------------

  std::string why_held() const {
    const std::string said = now().wrong.code.empty() ? now().last_error : with_detail(now().wrong);
    if (!now().held_because)
      return now().last_error;
    switch (*now().held_because) {
    case hold_cause::by_person:
      return "a person holds it: " + now().last_error;
    case hold_cause::undo_exhausted:
      return question() + " could not be done in " + counted(attempts(), "attempt") + "; the last one: " + said;
    case hold_cause::retries_exhausted:
      return question() + " must be done, the order being past its confirmation, and could not be in " +
             counted(attempts(), "attempt") + "; the last one: " + said;
    case hold_cause::refused:
      return question() + " was refused with " + said + ", and the order is past its confirmation";
    case hold_cause::pivot_in_doubt:
      return "nobody knows whether " + question() + " happened, and it cannot be withdrawn; the last attempt: " + said;
    case hold_cause::unknown_definition:
      return now().last_error;
    }
    return now().last_error;
  }

  void what_it_waits_for() {
    const std::string attempt = " (attempt " + std::to_string(now().attempt) + ')';
    if (now().awaiting_reply) {
      tell(waits_for, "it waits for " + whom() + " to answer " + question() + attempt);
      if (now().wakeup_at)
        tell(next, when_it_stops_waiting(*now().wakeup_at) + ", finds out what happened, and asks again");
    } else {
      const bool begun = now().at < now().steps.size() && now().steps[now().at].state != step_state::pending;
      tell(waits_for, begun ? "it pauses before it asks " + whom() + " again" + attempt
                            : "it has been accepted, and waits for its first step");
      if (now().wakeup_at)
        tell(next, when_it_asks_again(*now().wakeup_at));
    }
    tell_owner();
    if (is_driven())
      tell_circuit();
  }

  /// A question that another node asks again, having taken the order up, is not recorded anew.
  std::string when_it_stops_waiting(moment deadline) const {
    return deadline > here_.now ? "it stops waiting for this answer " + in_words(deadline, here_.now)
                                : "the answer was due " + in_words(deadline, here_.now) + "; it stops waiting";
  }

  /// A pause that is over is not recorded anew for as long as nobody can be reached.
  std::string when_it_asks_again(moment wakeup) const {
    if (wakeup <= here_.now && is_driven() && !now().wrong.code.empty())
      return "it tries again every few seconds, by itself";
    return std::string{"its time "} + (wakeup > here_.now ? "comes " : "came ") + in_words(wakeup, here_.now);
  }

  void tell_owner() {
    const node_view* driver = node_named(here_.order->owner);
    const std::size_t living = living_nodes();
    const std::string help = living > 0 ? "; " + counted(living, "other node") + " will take it over"
                                        : "; no other node lives to take it over";
    if (here_.order->owner.empty()) {
      const bool rests = now().wakeup_at && *now().wakeup_at > here_.now;
      tell(owner, living == 0 ? "no node drives it, and no node lives"
                  : rests     ? "it rests, and a node takes it up when its time comes"
                              : "no node drives it yet; one of " + counted(living, "living node") + " will claim it");
    } else if (driver == nullptr || !driver->holds_lease) {
      tell(owner, here_.order->owner + " drove it and is gone" + help);
    } else if (is_silent(*driver)) {
      tell(owner, driver->name + " drives it, but was last seen " + in_words(driver->last_seen_at, here_.now) + help);
    } else {
      tell(owner, driver->name + " drives it");
    }
    if (!is_driven())
      advise("start a node: orders wait in the store until one takes them up", std::string{start_a_node});
  }

  /// A node drives it, or there is one that will.
  bool is_driven() const { return living_nodes() > 0; }

  void tell_circuit() {
    if (!is_stopped_by_circuit())
      return;
    const circuit_view& c = *here_.circuit;
    const std::string when = c.since ? ' ' + in_words(*c.since, here_.now) : "";
    if (c.forced == circuit_override::forced_open) {
      const std::string on = here_.rule_on.empty() ? participant() : here_.rule_on;
      const std::string what = on == participant() ? "all commands to " + on : "asking for " + on;
      replace(problem, "an operator stopped " + what + when + ": " + c.why);
      return advise("let " + (on == participant() ? "commands to " + on : on) + " through again",
                    "sagactl participant release " + on + " --reason WHY");
    }
    replace(problem, "no commands leave for " + participant() + ", which does not answer: " + c.why + when);
    if (c.probe_at)
      replace(next, "one order will try whether it is back " + in_words(std::max(*c.probe_at, here_.now), here_.now));
    advise("see to " + participant() + "; its orders go on as soon as it answers", "sagactl status");
  }

  bool is_stopped_by_circuit() const { return here_.circuit && here_.circuit->state != circuit::closed; }

  void others_and_money() {
    if (here_.others > 0)
      tell(others, counted(here_.others, "other order") + (here_.others == 1 ? " waits" : " wait") + " for the same");
    const stake at = stake_of(*here_.order, definitions_);
    if (at.charged > 0)
      tell(money, std::to_string(at.charged) + " of " + here_.order->customer.value + "'s money is taken");
    else if (at.in_doubt > 0)
      tell(money, "it is in doubt whether " + std::to_string(at.in_doubt) + " of " + here_.order->customer.value +
                      "'s money is taken");
  }

  void persons_words() {
    for (const step_record& step : now().steps)
      if (is_on_a_persons_word(step))
        tell(person, step.name + " was settled by hand: it counts as " + std::string{to_string(step.state)});
    const auto last = std::find_if(here_.history.rbegin(), here_.history.rend(), is_a_persons);
    if (last != here_.history.rend())
      tell(person,
           last->type + ' ' + in_words(last->at, here_.now) + (last->detail.empty() ? "" : ", by " + last->detail));
  }

  // --- small words ---------------------------------------------------------------------------------------------

  const saga& now() const { return here_.order->now; }
  std::string id() const { return now().order.value; }
  std::string question() const { return std::string{step_as_asked(now(), definitions_)}; }
  std::string participant() const { return cause_of(*here_.order, definitions_).participant; }
  std::string whom() const { return participant().empty() ? "its participant" : participant(); }
  moment asks_or_fails_since() const { return now().wrong.since.value_or(now().asking_since); }
  std::size_t attempts() const { return static_cast<std::size_t>(std::max(now().attempt, 0)); }

  moment held_at() const {
    const auto last = std::find_if(here_.history.rbegin(), here_.history.rend(),
                                   [](const fact& f) { return f.type == "order.held"; });
    return last == here_.history.rend() ? now().updated_at : last->at;
  }

  /// The machine's own word for it.
  bool may_turn_round() const {
    const definition* known = definitions_.find(now().definition, now().version);
    return known != nullptr && fits(*known, now()) &&
           advance(*known, now(), {.what = event::kind::compensate, .at = here_.now}).what == verdict::moved;
  }

  bool is_silent(const node_view& node) const { return here_.now - node.last_seen_at > silent_after; }

  std::size_t living_nodes() const {
    return static_cast<std::size_t>(std::count_if(here_.nodes.begin(), here_.nodes.end(), [&](const node_view& n) {
      return n.holds_lease && !n.stopped_at && !is_silent(n);
    }));
  }

  /// Its newest incarnation.
  const node_view* node_named(const std::string& name) const {
    const node_view* newest = nullptr;
    for (const node_view& n : here_.nodes)
      if (n.name == name && (newest == nullptr || n.epoch > newest->epoch))
        newest = &n;
    return newest;
  }

  void tell(sentence_role role, std::string text) { out_.sentences.push_back({role, std::move(text)}); }
  void replace(sentence_role role, std::string text) {
    for (sentence& s : out_.sentences)
      if (s.role == role) {
        s.text = std::move(text);
        return;
      }
    tell(role, std::move(text));
  }
  void advise_remedy(std::optional<hold_cause> held) {
    const cause why = cause_of(*here_.order, definitions_);
    const bool alone = here_.others == 0;
    remedy helps = remedy_for(why, held, alone ? id() : whole_group(key_of(why)));
    advise((alone ? "" : "one cause, one repair for all of them: ") + helps.text, std::move(helps.command));
  }
  void advise(std::string text, std::string command) {
    tell(advice, std::move(text));
    out_.command = std::move(command);
  }

  const order_situation& here_;
  const saga_catalog& definitions_;
  explanation out_;
};

} // namespace

explanation explain(const order_situation& situation, const saga_catalog& definitions) {
  return explaining{situation, definitions}.explain();
}

} // namespace sagad::operations
