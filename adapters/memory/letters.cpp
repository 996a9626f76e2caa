#include "adapters/memory/letters.hpp"

#include <algorithm>
#include <utility>

#include "adapters/memory/operations.hpp"
#include "workflows/ports/requeue.hpp"

namespace sagad::memory {

namespace {

bool fits(const kept_letter& k, const letter_filter& f) {
  return (f.with_discarded || !k.discarded_at) && (f.source.empty() || f.source == k.letter.source) &&
         k.letter.reason.find(f.reason) != std::string::npos;
}

void mark_discarded(kept_letter& k, const std::string& who, moment now) {
  k.discarded_at = now;
  k.discarded_by = who;
}

} // namespace

void keep(world& w, const dead_letter& letter) {
  const std::uint64_t number = ++w.desk.last_letter;
  w.desk.letters.emplace(number, kept_letter{.number = number, .letter = letter});
}

std::vector<kept_letter> list(const world& w, const letter_filter& filter) {
  std::vector<kept_letter> found;
  const auto& all = w.desk.letters;
  for (auto k = all.rbegin(); k != all.rend() && found.size() < filter.limit.value_or(all.size()); ++k)
    if (fits(k->second, filter))
      found.push_back(k->second);
  return found;
}

std::size_t count_letters(const world& w) {
  return static_cast<std::size_t>(std::count_if(w.desk.letters.begin(), w.desk.letters.end(),
                                                [](const auto& each) { return !each.second.discarded_at; }));
}

letter_verdict change(world& w, letter_act what, std::uint64_t number, const std::string& who, const std::string& why,
                      moment now) {
  const auto known = w.desk.letters.find(number);
  if (known == w.desk.letters.end())
    return letter_verdict::not_found;
  kept_letter& k = known->second;
  if (k.discarded_at.has_value() == (what == letter_act::discard))
    return letter_verdict::unchanged;
  if (what == letter_act::discard) {
    mark_discarded(k, who, now);
  } else {
    k.discarded_at.reset();
    k.discarded_by.clear();
  }
  write_log(w, letter_entry(what, number, who, why, now));
  return letter_verdict::done;
}

requeue_result requeue(world& w, std::uint64_t number, const std::string& who, const std::string& why, moment now,
                       const std::function<acceptance(const checkout::submission&)>& submit) {
  const auto known = w.desk.letters.find(number);
  if (known == w.desk.letters.end())
    return {};
  kept_letter& k = known->second;
  const auto asked = submission_to_requeue(k);
  if (!asked)
    return {.what = letter_verdict::impossible, .because = asked.error()};
  requeue_result result{.what = letter_verdict::done, .answer = submit(*asked)};
  k.requeued_at = now;
  k.requeue_result = requeue_text(*result.answer);
  if (settles_letter(*result.answer))
    mark_discarded(k, who, now);
  write_log(w, letter_entry(letter_act::requeue, number, who, why, now, k.requeue_result));
  return result;
}

std::size_t purge(world& w, moment discarded_before, std::size_t count_max) {
  std::size_t gone = 0;
  for (auto k = w.desk.letters.begin(); k != w.desk.letters.end() && gone < count_max;) {
    const bool is_due = k->second.discarded_at && *k->second.discarded_at < discarded_before;
    k = is_due ? w.desk.letters.erase(k) : std::next(k);
    gone += is_due ? 1 : 0;
  }
  return gone;
}

} // namespace sagad::memory
