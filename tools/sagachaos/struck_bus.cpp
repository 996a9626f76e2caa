#include "tools/sagachaos/struck_bus.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "tools/sagachaos/json_fields.hpp"
#include "tools/sagachaos/scenario.hpp"
#include "workflows/wire/queue_names.hpp"

namespace sagad::chaos {

namespace {
/// Where no other answer overtakes it.
constexpr milliseconds overtaken_max{4'000};

/// Of an answer, what the saga goes by.
std::string what_it_says(const std::string& body) {
  const json answer = json::parse(body, nullptr, false);
  if (!answer.is_object())
    return "(unreadable)";
  return text_in(answer, "outcome") + ' ' + text_in(answer, "code");
}
} // namespace

void struck_bus::later(milliseconds delay, std::function<void()> what) {
  in_.later.in(delay, [lives = std::weak_ptr{lives_}, of = of_, what = std::move(what)] {
    if (!lives.expired() && !of->is_dead)
      what();
  });
}

// --- what leaves ---------------------------------------------------------------------------------------------

bool struck_bus::publish(outgoing_message m, std::uint64_t token) {
  if (of_->is_dead)
    return true; // it hears of nothing any more
  if (!orders_)
    return behind().publish(std::move(m), token);
  if (m.exchange == wire::commands_exchange)
    return publish_command(std::move(m), token);
  if (m.exchange == wire::events_exchange) {
    in_.run.tell("event", [&] { return m.message_id + ' ' + m.routing_key; });
    in_.sees.saw_event(m, *orders_);
  }
  if (m.exchange.empty() && m.routing_key == customers_queue)
    in_.sees.saw_acceptance(m.body, *orders_);
  return behind().publish(std::move(m), token);
}

bool struck_bus::publish_command(outgoing_message m, std::uint64_t token) {
  const std::string participant = m.routing_key;
  const auto hit = in_.run.reach(place::command, [&] { return m.correlation_id + " to " + participant; });
  if (hit == harm::crash_before) {
    of_->is_dead = true;
    return true;
  }
  if (hit == harm::lease_lost)
    of_->lose_lease();
  if (hit == harm::participant_away)
    go_away(participant);
  if (const auto absent = away_.find(participant); absent != away_.end()) {
    absent->second.waiting.push_back({std::move(m), token});
    return true;
  }
  const bool taken = behind().publish(std::move(m), token);
  if (hit == harm::crash_after)
    of_->is_dead = true;
  return taken;
}

// --- what the broker may forget ------------------------------------------------------------------------------

void struck_bus::acknowledge(std::uint64_t receipt) {
  if (of_->is_dead)
    return; // the broker keeps it, and gives it to whoever comes next
  if (const auto submission = submissions_.extract(receipt))
    in_.sees.saw_acknowledgement(submission.mapped(), *orders_);
  behind().acknowledge(receipt);
}

void struck_bus::give_back(std::uint64_t receipt) {
  if (of_->is_dead)
    return;
  submissions_.erase(receipt);
  behind().give_back(receipt);
}

// --- participants that are away ------------------------------------------------------------------------------

void struck_bus::go_away(const std::string& participant) {
  away_[participant].until = in_.later.now() + absence;
  hears().on_consumers(wire::commands_queue(participant), 0);
  later(absence, [=, this] { come_back(participant); });
}

/// What waited for it in its queue, it takes first.
void struck_bus::come_back(const std::string& participant) {
  const auto absent = away_.find(participant);
  if (absent == away_.end() || in_.later.now() < absent->second.until)
    return; // it went away twice, and comes back once
  in_.run.tell("node", [&] { return "participant " + participant + " is back"; });
  auto waiting = std::move(absent->second.waiting);
  away_.erase(absent);
  for (held_command& each : waiting)
    behind().publish(std::move(each.what), each.token);
  const std::string queue = wire::commands_queue(participant);
  hears().on_consumers(queue, consumers_[queue]);
}

void struck_bus::on_consumers(const std::string& queue, std::size_t count) {
  consumers_[queue] = count;
  const bool is_away = away_.contains(queue.substr(wire::commands_queue({}).size()));
  if (!of_->is_dead && !is_away)
    hears().on_consumers(queue, count);
}

// --- what arrives --------------------------------------------------------------------------------------------

void struck_bus::on_message(incoming_message m) {
  if (of_->is_dead)
    return;
  if (orders_ && m.queue == reply_queue())
    return on_answer(std::move(m));
  if (orders_ && m.queue == wire::orders_queue)
    submissions_.insert_or_assign(m.receipt, m.body);
  hears().on_message(std::move(m));
}

void struck_bus::on_answer(incoming_message m) {
  const auto hit = in_.run.reach(place::answer, [&] { return m.correlation_id + ' ' + what_it_says(m.body); });
  if (!hit)
    return deliver(std::move(m));
  switch (*hit) {
  case harm::answered_twice:
    deliver(m);
    return deliver(std::move(m));
  case harm::answered_late:
    return later(too_long, [=, this] { deliver(m); });
  case harm::answers_swapped:
    overtaken_ = std::move(m);
    return later(overtaken_max, [this] { deliver_what_was_overtaken(); });
  case harm::lease_lost:
    of_->lose_lease();
    return deliver(std::move(m));
  case harm::crash_after:
    deliver(std::move(m));
    of_->is_dead = true;
    return;
  case harm::crash_before:
    of_->is_dead = true;
    return;
  default: // lost
    return;
  }
}

void struck_bus::deliver(incoming_message m) {
  hears().on_message(std::move(m));
  deliver_what_was_overtaken();
}

void struck_bus::deliver_what_was_overtaken() {
  if (auto late = std::exchange(overtaken_, {})) {
    in_.run.tell("answer", [&] { return "overtaken: " + late->correlation_id; });
    hears().on_message(*std::move(late));
  }
}

void struck_bus::on_settled(std::vector<settled_message> settled) {
  if (!of_->is_dead)
    hears().on_settled(std::move(settled));
}

void struck_bus::on_connection(const std::string& problem) {
  if (!of_->is_dead)
    hears().on_connection(problem);
}

} // namespace sagad::chaos
