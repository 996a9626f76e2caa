#include "workflows/operations/pace.hpp"

#include <algorithm>
#include <utility>

namespace sagad::operations {

namespace {

constexpr milliseconds a_second{1'000};

} // namespace

std::string_view to_string(pace_phase p) {
  switch (p) {
  case pace_phase::canary:
    return "canary";
  case pace_phase::ramp:
    return "ramp";
  case pace_phase::free:
    return "free";
  case pace_phase::aborted:
    return "aborted";
  case pace_phase::done:
    return "done";
  }
  return "unknown";
}

pace::pace(const pace_settings& settings, const pace_counts& so_far, moment now)
    : settings_(settings), counts_(so_far) {
  if (so_far.released > 0 && settings.per_second)
    lately_.push_back({now, *settings.per_second});
  see_whether_to_abort();
}

pace_release pace::release(moment now) {
  if (!aborted_because_.empty() || counts_.released >= counts_.total)
    return {};
  const std::size_t open = std::min(opened_by_ramp(), counts_.total);
  const std::size_t wanted = open > counts_.released ? open - counts_.released : 0;
  const std::size_t count = std::min(wanted, left_in_this_second(now));
  if (count > 0 && settings_.per_second)
    lately_.push_back({now, count});
  counts_.released += count;
  pace_release r{.count = count};
  if (count < wanted && !lately_.empty())
    r.again_at = lately_.front().at + a_second;
  return r;
}

void pace::ended(bool well) {
  ++(well ? counts_.succeeded : counts_.failed);
  see_whether_to_abort();
}

void pace::abort(std::string why) {
  if (aborted_because_.empty())
    aborted_because_ = std::move(why);
}

pace_phase pace::phase() const {
  if (!aborted_because_.empty())
    return pace_phase::aborted;
  if (counts_.ended() >= counts_.total)
    return pace_phase::done;
  if (settings_.canary == 0)
    return pace_phase::free;
  return counts_.ended() < settings_.canary ? pace_phase::canary : pace_phase::ramp;
}

/// How many may have begun in all: N, then 2N more, then 4N more, each step once the one before has ended.
std::size_t pace::opened_by_ramp() const {
  if (settings_.canary == 0)
    return counts_.total;
  std::size_t open = settings_.canary;
  std::size_t step = settings_.canary;
  while (open <= counts_.ended() && open < counts_.total) {
    step = std::min(step * 2, counts_.total); // as large as it need ever be
    open += step;
  }
  return open;
}

std::size_t pace::left_in_this_second(moment now) {
  if (!settings_.per_second)
    return counts_.total;
  while (!lately_.empty() && lately_.front().at + a_second <= now)
    lately_.pop_front();
  std::size_t used = 0;
  for (const released_at& r : lately_)
    used += r.count;
  return *settings_.per_second > used ? *settings_.per_second - used : 0;
}

void pace::see_whether_to_abort() {
  const std::size_t ended = counts_.ended();
  const bool canary_failed = settings_.canary > 0 && counts_.failed > 0 && ended <= settings_.canary;
  if (canary_failed)
    abort("a canary failed");
  else if (settings_.abort_if && settings_.abort_if->is_met(counts_.failed, ended))
    abort(to_string(*settings_.abort_if) + ": " + std::to_string(counts_.failed) + " of " + std::to_string(ended) +
          " failed");
}

} // namespace sagad::operations
