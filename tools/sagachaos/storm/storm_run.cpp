#include "tools/sagachaos/storm/storm_run.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <thread>
#include <utility>

#include "tools/common/duration.hpp"
#include "tools/common/wall_clock.hpp"
#include "tools/sagabench/need.hpp"
#include "tools/sagachaos/storm/cluster.hpp"
#include "tools/sagachaos/storm/facts_listener.hpp"
#include "tools/sagachaos/storm/inquiry.hpp"
#include "tools/sagachaos/storm/interruption.hpp"
#include "tools/sagachaos/storm/plan.hpp"
#include "tools/sagachaos/storm/striker.hpp"
#include "tools/sagachaos/storm/submitters.hpp"
#include "tools/sagachaos/storm/timeline.hpp"

namespace sagad::chaos::storm {

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

constexpr auto turn = 10ms;
constexpr auto opened_within = 60s;
constexpr auto show_every = 500ms;
constexpr auto look_every = 100ms;
/// Nothing has happened for so long: what was on its way has arrived.
constexpr auto still_for = 1'500ms;

milliseconds since(steady::time_point then) { return std::chrono::duration_cast<milliseconds>(steady::now() - then); }

class storm {
public:
  explicit storm(const storm_options& options)
      : options_(options), notes_(options.timeline_file),
        cluster_(options.what, options.folder, options.programs, options.seed), listener_(cluster_.brokers().url()),
        submitters_(options.what, options.seed, cluster_.brokers().url()),
        watch_([this] { return cluster_.open_office(); }, options.what.audit_every),
        striker_(cluster_, watch_, notes_) {}

  storm_report run() {
    report_.started_in = since(began_);
    open_the_shop();
    let_loose();
    report_.broken_off = is_broken();
    if (!report_.broken_off)
      calm();
    show("asking everybody", true);
    inquire();
    return std::move(report_);
  }

private:
  /// The storm begins when orders end.
  void open_the_shop() {
    submitters_.open();
    const auto until = steady::now() + opened_within;
    while (listener_.ends() == 0) {
      if (steady::now() > until)
        throw std::runtime_error{"no order ended, though there was no storm yet"};
      pass_a_turn("opening the shop");
    }
  }

  void let_loose() {
    notes_.begin();
    notes_.tell("begins", {{"scenario", options_.what.name}, {"seed", options_.seed}});
    storm_began_ = steady::now();
    storm_plan plan{options_.what, options_.seed, options_.lasts || options_.faults};
    for (auto fault = plan.next(); fault && !is_over(); fault = plan.next()) {
      while (since(storm_began_) < fault->at && !is_over())
        pass_a_turn("storm");
      if (!is_over())
        striker_.strike(*fault);
    }
    while (!options_.faults && !options_.lasts && since(storm_began_) < plan.end() && !is_broken())
      pass_a_turn("storm");
    report_.stormed = since(storm_began_);
  }

  bool is_over() const {
    return is_broken() || (options_.lasts && since(storm_began_) >= *options_.lasts) ||
           (options_.faults && striker_.struck_count() >= *options_.faults);
  }

  /// Safety: nothing has to be waited for.
  bool is_broken() const {
    return !watch_.report().findings.empty() || listener_.accusations() > 0 || !striker_.accusations().empty();
  }

  void pass_a_turn(const char* what) {
    interruption::check();
    striker_.tend();
    show(what);
    std::this_thread::sleep_for(turn);
  }

  /// Liveness: everything is mended, and now every order must end.
  void calm() {
    notes_.tell("calms");
    const auto storm_ended = steady::now();
    const auto until = storm_ended + options_.what.calm_within;
    striker_.mend_all();
    while (!striker_.all_well() && steady::now() < until)
      pass_a_turn("mending");
    if (!striker_.all_well())
      accuse("not mended", striker_.still_wounded(), "it did not come back");
    submitters_.close();
    while (!submitters_.owed(1).empty() && steady::now() < until)
      pass_a_turn("waiting for answers");
    submitters_.leave();
    const auto office = cluster_.open_office();
    auto stirred_at = steady::now();
    for (auto look_at = stirred_at; steady::now() < until && since(stirred_at) < still_for;) {
      pass_a_turn("waiting for the last order");
      if (steady::now() < look_at)
        continue;
      if (!is_settled(*office) || !do_all_serve())
        stirred_at = steady::now();
      look_at = steady::now() + look_every;
    }
    if (since(stirred_at) >= still_for)
      report_.calmed = std::chrono::duration_cast<milliseconds>(stirred_at - storm_ended);
    else
      accuse("not calm", options_.what.name,
             "after " + tools::to_text(options_.what.calm_within) +
                 " somebody still waits for an answer, for an order's end or for an event, or does not serve");
    for (sagad_process* each : cluster_.all_sagads())
      if (!each->serves())
        accuse("does not serve", each->name(), "nothing is done to it any more: " + each->last_words());
    notes_.tell(report_.calmed ? "calm" : "not calm within its bound");
  }

  bool do_all_serve() {
    const auto all = cluster_.all_sagads();
    return std::all_of(all.begin(), all.end(), [](sagad_process* each) { return each->serves(); });
  }

  /// Every order has ended or is held, every fact is published, and every end was heard.
  bool is_settled(back_office& office) {
    const auto status = office.status(tools::wall_clock());
    if (!status)
      return false;
    const std::size_t open = count_in(*status, saga_state::running) + count_in(*status, saga_state::compensating);
    const std::size_t ended = count_in(*status, saga_state::completed) + count_in(*status, saga_state::rolled_back);
    return open == 0 && status->unpublished == 0 && listener_.ends() >= ended;
  }

  void inquire() {
    submitters_.leave();
    listener_.leave();
    watch_.leave();
    report_.watched = watch_.report();
    inquiry ask{cluster_, options_.what, report_};
    ask.into(submitters_.promises(), listener_.book());
    striker_.look_at_logs();
    auto& found = report_.found.accusations;
    found.insert(found.end(), striker_.accusations().begin(), striker_.accusations().end());
    found.insert(found.end(), accusations_.begin(), accusations_.end());
    report_.worst = worst_recovery(striker_.ends(), ask.order_ends());
    report_.faults = striker_.struck();
    report_.faults_struck = striker_.struck_count();
    report_.faults_missed = striker_.missed_count();
    report_.restarts = striker_.restarts();
    report_.bits_turned = striker_.bits_turned();
    notes_.tell("over", {{"accusations", report_.found.accusations.size()}});
    show("", true);
  }

  void accuse(std::string charge, std::string subject, std::string detail) {
    accusations_.push_back({std::move(charge), std::move(subject), std::move(detail)});
  }

  void show(const std::string& what, bool now = false) {
    if (!options_.shows_progress || (!now && since(shown_at_) < show_every))
      return;
    shown_at_ = steady::now();
    // What was there before is wiped out first.
    std::fprintf(stderr, "\r\033[K");
    if (!what.empty())
      std::fprintf(stderr, "%s: %s, %zu faults, %zu orders sent, %zu ended", what.c_str(),
                   tools::to_text(since(began_)).c_str(), striker_.struck_count(), submitters_.sent(),
                   listener_.ends());
    std::fflush(stderr);
  }

  const storm_options& options_;
  const steady::time_point began_ = steady::now();
  steady::time_point storm_began_{};
  steady::time_point shown_at_{};
  storm_report report_;
  std::vector<accusation> accusations_;
  timeline notes_;
  cluster cluster_;
  facts_listener listener_;
  submitters submitters_;
  watch watch_;
  striker striker_;
};

} // namespace

storm_report run_storm(const storm_options& options) { return storm{options}.run(); }

} // namespace sagad::chaos::storm
