#include "tools/sagactl/repair_pacer.hpp"

#include <algorithm>
#include <utility>

namespace sagad::ctl {

namespace {

using namespace std::chrono_literals;

constexpr milliseconds look_interval_min = 100ms;
constexpr milliseconds look_interval_max = 2s;
constexpr milliseconds backoff_first = 250ms;
constexpr milliseconds backoff_max = 2s;
/// When nothing has moved for so long, nodes are looked for, and again after so long.
constexpr milliseconds quiet_max = 2s;
constexpr milliseconds ask_again_after = 5s;

bool may_pass(const store_error& error) {
  return error.what == store_error::kind::unavailable || error.what == store_error::kind::in_doubt;
}

bool is_under_way(const repair_counts& c) { return c.released != 0 || c.well + c.badly != c.applied; }

/// In the operators' log, the rule is who stopped it.
struct stopping {
  std::string who;
  std::string why;
};
stopping stopping_of(const operation& o, const std::string& aborted_because) {
  const auto& rule = o.asked.pace.abort_if;
  const operations::pace_counts counts = o.counts.paced();
  if (!rule || !aborted_because.starts_with(to_string(*rule)))
    return {.who = "sagactl: canary", .why = aborted_because};
  return {.who = "sagactl: " + to_string(*rule),
          .why = std::to_string(counts.failed) + " of " + std::to_string(counts.ended()) + " failed"};
}

} // namespace

repair_pacer::repair_pacer(repair_desk& desk, std::string name, pacing_hooks hooks)
    : desk_(desk), name_(std::move(name)), hooks_(std::move(hooks)) {}

pacing_end repair_pacer::run(operation begun) {
  moved_at_ = hooks_.now();
  seen_ = begun;
  hear(std::move(begun));
  while (!hooks_.interrupted()) {
    const moment began = hooks_.now();
    const auto end = turn();
    if (!end) {
      if (!bear(end.error()))
        return pacing_end::store_lost;
      continue;
    }
    lost_since_.reset();
    if (*end)
      return **end;
    hooks_.pause(time_to_next_look(began));
  }
  return pacing_end::interrupted;
}

store_result<std::optional<pacing_end>> repair_pacer::turn() {
  auto fresh = desk_.settle_repairs(seen_.id);
  if (!fresh)
    return tl::unexpected{fresh.error()};
  if (!*fresh)
    return std::optional{pacing_end::not_found};
  hear(**std::move(fresh));
  if (seen_.counts.is_over())
    return std::optional{pacing_end::over};
  if (const auto stopped = stop_if_too_many_failed(); !stopped)
    return tl::unexpected{stopped.error()};
  if (!seen_.stopped_at) {
    auto end = release();
    if (!end || *end)
      return end;
  } else if (!is_under_way(seen_.counts)) {
    return std::optional{pacing_end::stopped};
  }
  return see_whether_anybody_is_there();
}

/// What ended well is told first: of five failures among a hundred results the share is never more than five percent.
void repair_pacer::hear(operation fresh) {
  if (fresh.counts != seen_.counts)
    moved_at_ = hooks_.now();
  const operations::pace_counts now = fresh.counts.paced();
  if (!pace_)
    pace_.emplace(fresh.asked.pace, now, hooks_.now());
  while (pace_->counts().succeeded < now.succeeded)
    pace_->ended(true);
  while (pace_->counts().failed < now.failed)
    pace_->ended(false);
  seen_ = std::move(fresh);
  hooks_.progress(seen_, pace_->phase());
}

store_result<void> repair_pacer::stop_if_too_many_failed() {
  if (pace_->aborted_because().empty() || seen_.stopped_at || seen_.counts.planned == 0)
    return {};
  const stopping by_rule = stopping_of(seen_, pace_->aborted_because());
  auto stopped = desk_.stop_operation(seen_.id, by_rule.who, by_rule.why, hooks_.now());
  if (!stopped)
    return tl::unexpected{stopped.error()};
  if (*stopped)
    seen_ = **std::move(stopped);
  return {};
}

store_result<std::optional<pacing_end>> repair_pacer::release() {
  const operations::pace_release next = pace_->release(hooks_.now());
  release_again_at_ = next.again_at;
  if (next.count == 0)
    return std::optional<pacing_end>{};
  const auto released = desk_.release_repairs(seen_.id, next.count, name_, hooks_.now());
  if (!released) {
    pace_.reset(); // how many were released is in doubt
    return tl::unexpected{released.error()};
  }
  moved_at_ = hooks_.now();
  if (*released == next.count)
    return std::optional<pacing_end>{};
  const auto now = desk_.find_operation(seen_.id);
  if (!now)
    return tl::unexpected{now.error()};
  pace_.reset();
  const bool taken_over = !*released && *now && !(*now)->stopped_at;
  return taken_over ? std::optional{pacing_end::taken_over} : std::nullopt; // the next look tells the others apart
}

std::optional<pacing_end> repair_pacer::see_whether_anybody_is_there() {
  const moment now = hooks_.now();
  const bool at_first = !asked_who_is_there_at_;
  const bool all_quiet = now - moved_at_ >= quiet_max && (at_first || now - *asked_who_is_there_at_ >= ask_again_after);
  if (!is_under_way(seen_.counts) || !(at_first || all_quiet))
    return std::nullopt;
  asked_who_is_there_at_ = now;
  return hooks_.anybody_there() ? std::nullopt : std::optional{pacing_end::nobody_there};
}

bool repair_pacer::bear(const store_error& error) {
  const moment now = hooks_.now();
  trouble_ = error;
  backoff_ = lost_since_ ? std::min(backoff_ * 2, backoff_max) : backoff_first;
  lost_since_ = lost_since_.value_or(now);
  if (!may_pass(error) || now - *lost_since_ >= lost_store_max)
    return false;
  hooks_.lost(error, backoff_);
  hooks_.pause(backoff_);
  return true;
}

/// A look at a large operation takes its time: it shall not take the store's.
milliseconds repair_pacer::time_to_next_look(moment began) const {
  const moment now = hooks_.now();
  const milliseconds pause = std::clamp(2 * (now - began), look_interval_min, look_interval_max);
  const milliseconds until_release = release_again_at_.value_or(now + pause) - now;
  return std::clamp(until_release, 10ms, pause);
}

} // namespace sagad::ctl
