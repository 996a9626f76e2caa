#include "tools/sagachaos/storm/striker.hpp"

#include <csignal>
#include <iterator>
#include <utility>

#include "tools/common/wall_clock.hpp"
#include "tools/sagachaos/storm/ending.hpp"

namespace sagad::chaos::storm {

namespace {

using namespace std::chrono_literals;

/// What ends by itself is not started again at once: it would be down again before anybody could see it.
constexpr auto start_again_after = 200ms;
constexpr auto drained_within = 60s;
constexpr std::size_t last_words_max = 600;
constexpr const char* any_broker = "a broker";

} // namespace

std::string words_of(const fault_rule& rule) {
  return std::string{to_string(rule.what)} + ' ' + std::string{to_string(rule.whom)};
}

striker::striker(cluster& on, watch& observer, timeline& notes) : on_(on), watch_(observer), notes_(notes) {}

bool striker::strike(const planned_fault& fault) {
  const std::string victim = victim_of(fault);
  const auto told = [&](const char* what) {
    notes_.tell(what, {{"phase", fault.phase},
                       {"fault", words_of(fault.rule)},
                       {"victim", victim},
                       {"planned_at_ms", fault.at.count()},
                       {"lasts_ms", fault.lasts.count()}});
  };
  if (wounds_.contains(victim)) {
    ++missed_count_;
    told("missed");
    return false;
  }
  told("struck");
  wound w = hurt(fault);
  w.fault = fault;
  w.heal_at = clock::now() + fault.lasts;
  wounds_.emplace(victim, std::move(w));
  ++struck_[words_of(fault.rule)];
  ++struck_count_;
  return true;
}

/// What cannot be struck again before it has recovered. Of three brokers one may be down: two would be no majority.
std::string striker::victim_of(const planned_fault& fault) {
  switch (fault.rule.whom) {
  case target::node:
  case target::participant:
  case target::disk:
    return sagad_at(fault.rule.whom == target::node ? fault.which : on_.nodes().size()).name();
  case target::broker:
    return any_broker;
  case target::database:
    return "database";
  case target::store_link:
    return sagad_at(fault.which).name() + "'s way to the store";
  case target::broker_link:
    return sagad_at(fault.which).name() + "'s way to the brokers";
  }
  return {};
}

sagad_process& striker::sagad_at(std::size_t which) { return *on_.all_sagads().at(which); }

striker::wound striker::hurt(const planned_fault& fault) {
  switch (fault.rule.whom) {
  case target::node:
    return hurt_sagad(sagad_at(fault.which), fault);
  case target::participant:
  case target::disk:
    return hurt_sagad(*on_.participant(), fault);
  case target::broker:
    return hurt_broker(fault);
  case target::database:
    return hurt_database(fault);
  case target::store_link:
    return hurt_link({sagad_at(fault.which).to_store()}, fault);
  case target::broker_link:
    return hurt_link(broker_gates(fault.which), fault);
  }
  return {};
}

striker::wound striker::hurt_sagad(sagad_process& victim, const planned_fault& fault) {
  wound w;
  switch (fault.rule.what) {
  case deed::drain:
    return drain(victim, fault);
  case deed::stop:
    victim.process().send(SIGSTOP);
    w.heal = [&victim] { victim.process().send(SIGCONT); };
    return w;
  case deed::fill:
    victim.process().limit_files(1);
    w.heal = [&victim] { victim.process().limit_files(std::nullopt); };
    return w;
  default:
    kill(victim);
    if (fault.rule.whom == target::node)
      watch_.killed(victim.name());
    w.heal = [&victim] { victim.start(); };
    return w;
  }
}

/// Is over when it has handed over what it had, and was started again.
striker::wound striker::drain(sagad_process& victim, const planned_fault& fault) {
  victim.process().send(SIGTERM);
  wound w;
  w.heal = [] {};
  w.is_well = [this, &victim, give_up_at = clock::now() + drained_within + fault.lasts] {
    if (victim.process().runs() && clock::now() < give_up_at)
      return false;
    const bool hangs = victim.process().runs();
    notes_.tell("drained",
                {{"victim", victim.name()}, {"hung", hangs}, {"status", victim.process().end_status().value_or(-1)}});
    if (hangs) {
      accusations_.push_back(
          {"did not leave", victim.name(),
           "long after it was told to, it runs. Its last words: " + victim.last_words(last_words_max)});
      kill(victim);
    } else {
      judge_end(victim, true);
    }
    victim.start();
    return true;
  };
  return w;
}

striker::wound striker::hurt_broker(const planned_fault& fault) {
  broker_node& broker = *on_.brokers().nodes().at(fault.which);
  wound w;
  if (fault.rule.what == deed::stop) {
    broker.pause();
    w.heal = [&broker] { broker.resume(); };
  } else {
    broker.kill();
    w.heal = [&broker] { broker.start(); };
  }
  w.is_well = [&broker, look_at = clock::now()]() mutable {
    if (clock::now() < look_at)
      return false;
    look_at = clock::now() + 200ms;
    return broker.look_whether_up();
  };
  return w;
}

striker::wound striker::hurt_database(const planned_fault& fault) {
  postgres_server& database = on_.database();
  wound w;
  if (fault.rule.what == deed::stop) {
    database.pause();
    w.heal = [&database] { database.resume(); };
  } else {
    database.kill();
    w.heal = [&database] { database.start(); };
  }
  w.is_well = [&database] { return database.look_whether_up(); };
  return w;
}

std::vector<tcp_gate*> striker::broker_gates(std::size_t which) {
  std::vector<tcp_gate*> gates;
  for (const auto& gate : sagad_at(which).to_brokers())
    gates.push_back(gate.get());
  return gates;
}

striker::wound striker::hurt_link(std::vector<tcp_gate*> gates, const planned_fault& fault) {
  for (tcp_gate* gate : gates) {
    if (fault.rule.what == deed::cut)
      gate->cut();
    else if (fault.rule.what == deed::freeze)
      gate->freeze();
    else
      gate->open_with({.delay = fault.rule.delay,
                       .bytes_per_s = fault.rule.bytes_per_s,
                       .corrupt_once_in_bytes = fault.rule.once_in_bytes});
  }
  wound w;
  w.heal = [gates = std::move(gates)] {
    for (tcp_gate* gate : gates)
      gate->open();
  };
  return w;
}

void striker::tend() {
  for (auto each = wounds_.begin(); each != wounds_.end();)
    each = mend(each->first, each->second) ? wounds_.erase(each) : std::next(each);
  start_again_what_ended();
}

/// True when it is well.
bool striker::mend(const std::string& victim, wound& w) {
  if (!w.heals && clock::now() >= w.heal_at) {
    w.heals = true;
    w.heal();
  }
  if (!w.heals || !w.is_well())
    return false;
  notes_.tell("over", {{"fault", words_of(w.fault.rule)}, {"victim", victim}});
  ends_.push_back({.what = words_of(w.fault.rule), .at = tools::wall_clock()});
  return true;
}

void striker::mend_all() {
  for (auto& [victim, w] : wounds_)
    w.heal_at = clock::now();
}

std::string striker::still_wounded() const {
  std::string all;
  for (const auto& [victim, w] : wounds_)
    all += (all.empty() ? "" : ", ") + victim + " (" + words_of(w.fault.rule) + ")";
  return all;
}

void striker::start_again_what_ended() {
  for (sagad_process* each : on_.all_sagads()) {
    if (each->process().runs()) {
      fell_at_.erase(each->name());
      continue;
    }
    // One that was struck down stays down until it is mended; one whose disk was full, or that was stopped, ended.
    const auto wounded = wounds_.find(each->name());
    const auto is_deed = [&](deed d) { return wounded != wounds_.end() && wounded->second.fault.rule.what == d; };
    if (is_deed(deed::kill) || is_deed(deed::drain))
      continue;
    judge_end(*each, false);
    const auto [fell, is_new] = fell_at_.try_emplace(each->name(), clock::now());
    if (is_new)
      notes_.tell("ended by itself", {{"victim", each->name()},
                                      {"status", each->process().end_status().value_or(-1)},
                                      {"last_words", each->last_words(last_words_max)}});
    if (clock::now() - fell->second < start_again_after)
      continue;
    fell_at_.erase(fell);
    each->start();
    ++restarts_;
  }
}

// --- how they end --------------------------------------------------------------------------------------------

/// kill -9, of one that may just have ended by itself.
void striker::kill(sagad_process& victim) {
  victim.process().kill();
  if (!is_end_by(SIGKILL, victim.process().end_status().value_or(0)))
    judge_end(victim, false);
}

/// Once.
void striker::judge_end(sagad_process& ended, bool was_told_to_leave) {
  if (fell_at_.contains(ended.name()))
    return;
  look_at_log(ended);
  const int status = ended.process().end_status().value_or(0);
  // Until it has come far enough to hear of it, SIGTERM is the end of any program.
  const bool is_excused = was_told_to_leave && !ended.is_ready() && is_end_by(SIGTERM, status);
  if (!is_orderly(status) && !is_excused)
    accusations_.push_back(
        {"crashed", ended.name(), text_of_end(status) + ", after these words: " + ended.last_words(last_words_max)});
}

void striker::look_at_log(sagad_process& whose) {
  if (auto reported = whose.sanitizer_report(); !reported.empty())
    accusations_.push_back({"reported by a sanitizer", whose.name(), std::move(reported)});
}

void striker::look_at_logs() {
  for (sagad_process* each : on_.all_sagads())
    look_at_log(*each);
}

std::size_t striker::bits_turned() {
  std::size_t sum = 0;
  for (sagad_process* each : on_.all_sagads()) {
    for (const auto& gate : each->to_brokers())
      sum += gate->bits_turned();
    sum += each->to_store() == nullptr ? 0 : each->to_store()->bits_turned();
  }
  return sum;
}

} // namespace sagad::chaos::storm
