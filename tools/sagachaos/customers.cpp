#include "tools/sagachaos/customers.hpp"

#include <algorithm>
#include <utility>

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include "tools/sagachaos/json_fields.hpp"
#include "workflows/wire/queue_names.hpp"

namespace sagad::chaos {

namespace {

/// How long a submitter waits for an answer before it submits again.
constexpr milliseconds patience{3'000};

checkout::submission submission_of(const scripted_order& o) {
  checkout::submission s;
  s.order = o.id;
  s.customer = o.customer;
  s.lines.push_back({.item = sku{std::string{unit_sold}}, .count = o.units, .unit_price = {}});
  return s;
}

} // namespace

customers::customers(const scenario& tells, memory::broker& broker, process& node, virtual_time& time, journey& run)
    : tells_(tells), broker_(broker), node_(node), time_(time), run_(run) {
  for (const scripted_order& o : tells.orders)
    if (o.cancelled_after)
      wishes_.push_back(std::make_shared<pending_wish>(
          pending_wish{.order = o.id, .what = event::kind::cancel, .due = *o.cancelled_after}));
}

void customers::attend() {
  hear_answers();
  submit_what_is_unanswered();
  for (const auto& each : wishes_)
    if (!each->is_over && run_.so_far() >= each->due && node_.is_up() && each->asked_start != node_.start_number())
      ask(each);
}

// --- submitting ----------------------------------------------------------------------------------------------

void customers::submit_what_is_unanswered() {
  for (const scripted_order& o : tells_.orders) {
    if (answered_.contains(o.id.value) || run_.so_far() < submit_again_at_[o.id.value])
      continue;
    submit_again_at_[o.id.value] = run_.so_far() + patience;
    run_.tell("order", [&] { return o.id.value + " is submitted"; });
    broker_.put({.exchange = {},
                 .routing_key = std::string{wire::orders_queue},
                 .body = checkout::canonical_text(submission_of(o)),
                 .correlation_id = o.id.value,
                 .reply_to = std::string{customers_queue}});
  }
}

void customers::hear_answers() {
  for (const incoming_message& m : broker_.take(std::string{customers_queue})) {
    run_.tell("order", [&] { return m.correlation_id + " is answered " + m.body; });
    const json answer = json::parse(m.body, nullptr, false);
    const bool accepted = is_true_in(answer, "accepted");
    answered_[m.correlation_id] = accepted;
    if (!accepted)
      refused_.insert(m.correlation_id);
  }
}

bool customers::are_all_answered() const {
  const bool wished = std::all_of(wishes_.begin(), wishes_.end(), [](const auto& w) { return w->is_over; });
  return wished && answered_.size() == tells_.orders.size();
}

// --- wishing -------------------------------------------------------------------------------------------------

void customers::resume(const order_id& id) {
  wishes_.push_back(std::make_shared<pending_wish>(pending_wish{.order = id, .what = event::kind::resume}));
}

/// By an actor of its own: a scoped one would block for ever where no answer comes.
void customers::ask(const std::shared_ptr<pending_wish>& w) {
  w->asked_start = node_.start_number();
  const bool is_resume = w->what == event::kind::resume;
  run_.tell("order", [&] { return w->order.value + (is_resume ? " is to be resumed" : " is to be cancelled"); });
  askers_.push_back(time_.system().spawn([this, w, whom = node_.engine().orders()](caf::event_based_actor* self) {
    const actors::wish asked{.saga = saga_id{w->order.value},
                             .wanted = {.what = operations::action_of(w->what), .who = {}, .why = "sagachaos"}};
    self->request(whom, caf::infinite, asked)
        .then(
            [this, w](const actors::wish_result& r) {
              // No such order yet: its submitter insists too.
              w->is_over = r.what.has_value();
              if (!r.what)
                w->asked_start = 0;
              w->got = r.what;
              run_.tell("order", [&] {
                return "the wish for " + w->order.value +
                       " is answered: " + std::string{r.what ? to_string(*r.what) : "no such order"};
              });
            },
            [w](const caf::error&) { w->asked_start = 0; });
  }));
}

bool customers::is_cancelled(const order_id& id) const {
  return std::any_of(wishes_.begin(), wishes_.end(), [&](const auto& w) {
    return w->order == id && w->what == event::kind::cancel && w->got == verdict::moved;
  });
}

void customers::end() {
  for (const auto& asker : askers_)
    caf::anon_send_exit(asker, caf::exit_reason::user_shutdown);
}

} // namespace sagad::chaos
