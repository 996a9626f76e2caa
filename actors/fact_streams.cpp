#include "actors/fact_streams.hpp"

#include <utility>

namespace sagad::actors {

fact_streams::stream& fact_streams::begin(const saga_id& saga, std::uint64_t first) {
  const auto [known, is_new] = streams_.try_emplace(saga);
  stream& s = known->second;
  // Known up to an earlier point: others have published since what waits here.
  if (!is_new && s.next >= first)
    return s;
  facts_ -= s.waiting.size();
  in_flight_ -= s.in_flight ? 1U : 0U;
  s = {.next = first,
       .gone = s.gone,
       .adopted = s.adopted,
       .has_timer = s.has_timer,
       .confirmed = first - 1,
       .reported = first - 1};
  return s;
}

void fact_streams::push(const saga_id& saga, stream& s, fact f) {
  if (f.sequence != s.next || facts_ >= limits_.facts_in_memory_max)
    return;
  ++s.next;
  ++facts_;
  s.waiting.push_back(std::move(f));
  if (s.waiting.size() == 1)
    ready_.push_back(saga);
}

void fact_streams::take_over(const saga_id& saga, std::uint64_t next, std::vector<fact> unpublished) {
  stream& s = begin(saga, unpublished.empty() ? next : unpublished.front().sequence);
  s.gone = s.adopted = false;
  for (fact& each : unpublished)
    push(saga, s, std::move(each));
}

void fact_streams::add(std::vector<fact> facts) {
  for (fact& each : facts) {
    auto known = streams_.find(each.saga);
    if (known == streams_.end()) {
      if (each.sequence != 1 || facts_ >= limits_.facts_in_memory_max)
        continue;
      begin(each.saga, 1);
      known = streams_.find(each.saga);
    }
    const saga_id& saga = known->first;
    push(saga, known->second, std::move(each));
  }
}

std::size_t fact_streams::adopt(std::vector<fact> facts) {
  std::size_t sagas = 0;
  stream* current = nullptr;
  const saga_id* of = nullptr;
  for (fact& each : facts) {
    if (facts_ >= limits_.facts_in_memory_max)
      break;
    if (of == nullptr || *of != each.saga) {
      const bool is_new = streams_.count(each.saga) == 0;
      current = &begin(each.saga, each.sequence);
      // Whoever drives it feeds its own stream; this one is for what is left.
      current->gone = current->gone || is_new;
      current->adopted = current->adopted || is_new;
      of = &streams_.find(each.saga)->first;
      ++sagas;
    }
    push(*of, *current, std::move(each));
  }
  return sagas;
}

void fact_streams::let_go(const saga_id& saga) {
  const auto known = streams_.find(saga);
  if (known == streams_.end())
    return;
  known->second.gone = true;
  if (known->second.waiting.empty())
    see_to_report(saga, known->second, known->second.last_news);
}

std::optional<fact> fact_streams::next_to_publish() {
  while (!ready_.empty()) {
    const auto known = streams_.find(ready_.front());
    ready_.pop_front();
    if (known == streams_.end() || known->second.in_flight || known->second.waiting.empty())
      continue;
    known->second.in_flight = true;
    ++in_flight_;
    return known->second.waiting.front();
  }
  return std::nullopt;
}

bool fact_streams::is_adopted(const saga_id& saga) const {
  const auto known = streams_.find(saga);
  return known != streams_.end() && known->second.adopted;
}

std::optional<moment> fact_streams::next_happened_at() const {
  const auto next = ready_.empty() ? streams_.end() : streams_.find(ready_.front());
  if (next == streams_.end() || next->second.waiting.empty() || next->second.adopted)
    return std::nullopt;
  return next->second.waiting.front().at;
}

void fact_streams::take_back(const saga_id& saga) {
  streams_.at(saga).in_flight = false;
  --in_flight_;
  ready_.push_front(saga);
}

fact_streams::entry fact_streams::in_flight_at(const saga_id& saga, std::uint64_t sequence) {
  const auto known = streams_.find(saga);
  if (known == streams_.end() || !known->second.in_flight || known->second.waiting.front().sequence != sequence)
    return streams_.end();
  return known;
}

void fact_streams::confirmed(const saga_id& saga, std::uint64_t sequence, instant now) {
  const auto known = in_flight_at(saga, sequence);
  if (known == streams_.end())
    return;
  stream& s = known->second;
  s.in_flight = false;
  --in_flight_;
  s.waiting.pop_front();
  --facts_;
  s.confirmed = sequence;
  s.last_news = now;
  if (s.waiting.empty())
    see_to_report(saga, s, now);
  else
    ready_.push_back(saga);
}

void fact_streams::refused(const saga_id& saga, std::uint64_t sequence, instant now) {
  const auto known = in_flight_at(saga, sequence);
  if (known == streams_.end())
    return;
  known->second.in_flight = false;
  --in_flight_;
  to_send_again_.push(now + limits_.bus_retry_pause, saga);
}

void fact_streams::see_to_report(const saga_id& saga, stream& s, instant now) {
  if (s.gone)
    to_report_.push(now, saga);
  else if (!std::exchange(s.has_timer, true))
    to_report_.push(now + limits_.facts_linger, saga);
}

std::vector<publication> fact_streams::reports(instant now, bool all) {
  while (to_send_again_.has_due(now))
    ready_.push_back(to_send_again_.pop());
  std::vector<publication> due;
  while (all ? !to_report_.empty() : to_report_.has_due(now)) {
    const auto known = streams_.find(to_report_.pop());
    if (known == streams_.end())
      continue;
    stream& s = known->second;
    s.has_timer = false;
    if (!s.waiting.empty())
      continue; // its last confirmation will come
    if (!s.gone && !all && now < s.last_news + limits_.facts_linger) {
      s.has_timer = true;
      to_report_.push(s.last_news + limits_.facts_linger, known->first);
      continue;
    }
    if (std::exchange(s.reported, s.confirmed) < s.confirmed)
      due.push_back({.saga = known->first, .up_to = s.confirmed});
    if (s.gone)
      streams_.erase(known);
  }
  return due;
}

} // namespace sagad::actors
