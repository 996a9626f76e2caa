#include "tools/sagachaos/exhaust.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <iterator>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <spdlog/spdlog.h>

#include "tools/sagachaos/trial.hpp"

namespace sagad::chaos {

namespace {

/// What goes wrong here goes wrong on purpose, and would be told a thousand times.
class quiet_log {
public:
  quiet_log() : before_(spdlog::get_level()) { spdlog::set_level(spdlog::level::off); }
  ~quiet_log() { spdlog::set_level(before_); }
  quiet_log(const quiet_log&) = delete;
  quiet_log& operator=(const quiet_log&) = delete;

private:
  spdlog::level::level_enum before_;
};

void check_subject(const subject& of) {
  if (of.saga == nullptr || !is_well_formed(*of.saga))
    throw std::invalid_argument{"there is no well-formed definition to put to the test"};
}

std::vector<scenario> chosen_scenarios(const subject& of, const std::vector<std::string>& only) {
  std::vector<scenario> all = scenarios_of(of);
  for (const std::string& name : only)
    if (std::none_of(all.begin(), all.end(), [&](const scenario& s) { return s.name == name; }))
      throw std::invalid_argument{"the definition " + std::string{of.saga->name} + " has no scenario " + name};
  std::erase_if(all, [&](const scenario& s) {
    return !only.empty() && std::find(only.begin(), only.end(), s.name) == only.end();
  });
  return all;
}

/// Runs that begin alike and then differ in one fault.
struct family {
  const scenario* tells = nullptr;
  std::vector<planned_fault> begins{};
  std::vector<planned_fault> goes_on{};
};

using families = std::vector<family>;

/// Goes through every run there is, in rounds: none, one, two faults.
class exhausting {
public:
  exhausting(const subject& of, const exhaust_options& options, std::vector<scenario> scenarios)
      : of_(of), options_(options), scenarios_(std::move(scenarios)) {}

  exhaust_result all() && {
    const auto began = std::chrono::steady_clock::now();
    families next = make_references();
    const int faults_max = options_.pairs ? 2 : 1;
    for (int faults = 1; faults <= faults_max && failed_number_ == none; ++faults)
      next = make_round(next, faults < faults_max);
    exhaust_result result = describe();
    result.took = std::chrono::steady_clock::now() - began;
    return result;
  }

private:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  families make_references() {
    families next;
    total_ = scenarios_.size();
    for (const scenario& each : scenarios_) {
      family one{.tells = &each};
      const trial_result result = make_run(one, {}, next.size());
      if (is_pointless(next.size()))
        break;
      for (const point& p : result.points)
        ++points_[static_cast<std::size_t>(p.where)];
      one.goes_on = what_may_follow(result.points, {});
      next.push_back(std::move(one));
    }
    return next;
  }

  /// Makes them all, on as many threads as wanted; returns the next round's, where one is wanted.
  families make_round(const families& round, bool wants_more) {
    for (const family& each : round)
      total_ += each.goes_on.size();
    std::vector<families> more(round.size());
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
      for (std::size_t i = next++; i < round.size() && !is_pointless(i); i = next++)
        more[i] = make_family_or_stop(round[i], i, wants_more);
    };
    {
      std::vector<std::jthread> others;
      for (std::size_t i = 1; i < options_.jobs; ++i)
        others.emplace_back(work);
      work();
    }
    if (thrown_)
      std::rethrow_exception(thrown_);
    families all;
    for (families& each : more)
      std::move(each.begin(), each.end(), std::back_inserter(all));
    return all;
  }

  /// What a participant of somebody else's throws ends everything, and not the thread alone.
  families make_family_or_stop(const family& f, std::size_t number, bool wants_more) {
    try {
      return make_family(f, number, wants_more);
    } catch (...) {
      const std::lock_guard alone{lock_};
      thrown_ = std::current_exception();
      failed_number_ = 0;
      return {};
    }
  }

  families make_family(const family& f, std::size_t number, bool wants_more) {
    families next;
    for (const planned_fault& each : f.goes_on) {
      if (is_pointless(number))
        break;
      family longer{.tells = f.tells, .begins = f.begins};
      longer.begins.push_back(each);
      const trial_result result = make_run(longer, longer.begins, number);
      if (!wants_more)
        continue;
      longer.goes_on = what_may_follow(result.points, each);
      next.push_back(std::move(longer));
    }
    return next;
  }

  trial_result make_run(const family& of, const std::vector<planned_fault>& faults, std::size_t number) {
    trial_result result = run_trial(of_, *of.tells, faults, options_.seed);
    const std::lock_guard alone{lock_};
    ++runs_;
    for (const planned_fault& f : faults)
      if (std::find(result.points.begin(), result.points.end(), f.at) != result.points.end())
        ++strikes_[static_cast<std::size_t>(f.what)];
    if (options_.on_progress)
      options_.on_progress(runs_, total_);
    if (!result.broken.empty() && !is_pointless(number)) {
      failed_number_ = number;
      failure_ = {.tells = of.tells, .begins = faults};
    }
    return result;
  }

  /// A family before it has failed, or this one has: however many threads, the same one is told.
  bool is_pointless(std::size_t number) const { return number >= failed_number_; }

  /// What may happen at each point after the last thing that did.
  static std::vector<planned_fault> what_may_follow(const std::vector<point>& points,
                                                    const std::optional<planned_fault>& last) {
    auto from = points.begin();
    if (last)
      from = std::find(points.begin(), points.end(), last->at) + 1;
    std::vector<planned_fault> all;
    for (; from < points.end(); ++from)
      for (const harm each : harms_at(from->where))
        all.push_back({.what = each, .at = *from});
    return all;
  }

  exhaust_result describe() {
    exhaust_result r{.definition = std::string{of_.saga->name},
                     .version = of_.saga->version,
                     .seed = options_.seed,
                     .pairs = options_.pairs};
    for (const scenario& each : scenarios_)
      r.scenarios.push_back(each.name);
    r.points = points_;
    r.strikes = strikes_;
    r.held_to = what_was_looked_at();
    r.runs = runs_;
    if (failed_number_ != none)
      r.found = shortest(failure_);
    return r;
  }

  std::vector<promise> what_was_looked_at() const {
    std::vector<promise> all;
    for (std::size_t i = 0; i < promises; ++i) {
      const auto each = static_cast<promise>(i);
      const bool nothing_to_see =
          (each == promise::money_and_stock_are_conserved && !of_.with_money_and_stock) ||
          (each == promise::one_writer && strikes_[static_cast<std::size_t>(harm::lease_lost)] == 0);
      if (!nothing_to_see)
        all.push_back(each);
    }
    return all;
  }

  /// Leaves out what is not needed.
  counterexample shortest(family f) const {
    const auto broken_by = [&](const std::vector<planned_fault>& faults) {
      return run_trial(of_, *f.tells, faults, options_.seed).broken;
    };
    for (std::size_t i = 0; i < f.begins.size();) {
      std::vector<planned_fault> less = f.begins;
      less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
      if (broken_by(less).empty())
        ++i;
      else
        f.begins = std::move(less);
    }
    return {.what = {.definition = std::string{of_.saga->name},
                     .version = of_.saga->version,
                     .scenario = f.tells->name,
                     .seed = options_.seed,
                     .faults = f.begins},
            .broken = broken_by(f.begins)};
  }

  const subject& of_;
  const exhaust_options& options_;
  const std::vector<scenario> scenarios_;

  std::mutex lock_;
  std::size_t runs_ = 0;
  std::size_t total_ = 0;
  std::array<std::size_t, places> points_{};
  std::array<std::size_t, harms> strikes_{};
  std::atomic<std::size_t> failed_number_ = none;
  family failure_;
  std::exception_ptr thrown_;
};

} // namespace

exhaust_result exhaust(const subject& of, const exhaust_options& options) {
  check_subject(of);
  const quiet_log quiet;
  return exhausting{of, options, chosen_scenarios(of, options.only)}.all();
}

replayed replay(const subject& of, const schedule& what) {
  check_subject(of);
  const auto scenarios = chosen_scenarios(of, {what.scenario});
  const quiet_log quiet;
  trial_result result = run_trial(of, scenarios.front(), what.faults, what.seed, true);
  for (const planned_fault& f : what.faults)
    if (std::find(result.points.begin(), result.points.end(), f.at) == result.points.end())
      result.lines.push_back(
          {.at = result.lasted, .what = "FAULT", .text = to_string(f) + " never struck: the run has no such point"});
  return {.lines = std::move(result.lines), .broken = std::move(result.broken)};
}

} // namespace sagad::chaos
