#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workflows/ports/back_office.hpp"

namespace sagad::ctl::testing {

/// An operation as the fake keeps it.
struct kept_operation {
  operation seen;
  std::vector<repair> items;
  std::string pacer;
};

/// The operator's desks, in memory and without any node: a test's `nodes_work` carries repairs out.
class fake_desks : public back_office {
public:
  std::vector<kept_operation> operations_kept;
  std::vector<participant_rule> rules;
  std::vector<log_entry> log;
  std::vector<group_note> left_notes;
  std::vector<kept_letter> letters;
  /// Makes every call fail.
  std::optional<store_error> broken;
  /// The next so many calls about repairs fail with this.
  std::optional<store_error> shaken;
  int shaken_calls = 0;
  /// Called at each look at what came of repairs: what nodes did meanwhile.
  std::function<void(fake_desks&)> nodes_work;
  /// How many were released at which call, the first one with the plan.
  std::vector<std::size_t> releases;

  store_result<operation> plan_operation(const operation_request& request, const std::vector<repair_target>& orders,
                                         std::size_t release, const std::string& pacer, moment now) override {
    if (const auto error = trouble_now())
      return tl::unexpected{*error};
    kept_operation made;
    made.seen.id = "op-" + std::to_string(operations_kept.size() + 1);
    made.seen.asked = request;
    made.seen.planned_at = now;
    made.pacer = pacer;
    for (const repair_target& t : orders)
      made.items.push_back({.order = t.order, .saga = t.saga, .planned_sequence = t.sequence, .at = now});
    operations_kept.push_back(std::move(made));
    release_some(operations_kept.back(), release, now);
    return counted(operations_kept.back());
  }

  store_result<std::optional<std::size_t>> release_repairs(const std::string& id, std::size_t count,
                                                           const std::string& pacer, moment now) override {
    if (const auto error = trouble_now())
      return tl::unexpected{*error};
    kept_operation* const found = find(id);
    if (found == nullptr || found->seen.stopped_at || found->pacer != pacer)
      return std::optional<std::size_t>{};
    return std::optional{release_some(*found, count, now)};
  }

  store_result<std::optional<operation>> settle_repairs(const std::string& id) override {
    if (const auto error = trouble_now())
      return tl::unexpected{*error};
    if (nodes_work)
      nodes_work(*this);
    return seen(id);
  }

  store_result<std::optional<operation>> stop_operation(const std::string& id, const std::string& who,
                                                        const std::string& why, moment now) override {
    if (const auto error = trouble_now())
      return tl::unexpected{*error};
    kept_operation* const found = find(id);
    if (found != nullptr && !found->seen.stopped_at && !counted(*found).counts.is_over()) {
      found->seen.stopped_at = now;
      found->seen.stopped_by = who;
      found->seen.stopped_because = why;
    }
    return seen(id);
  }

  store_result<std::optional<operation>> resume_operation(const std::string& id, const std::string&,
                                                          const std::string& pacer, moment) override {
    if (const auto error = trouble_now())
      return tl::unexpected{*error};
    if (kept_operation* const found = find(id)) {
      found->pacer = pacer;
      found->seen.stopped_at.reset();
      found->seen.stopped_by.clear();
      found->seen.stopped_because.clear();
    }
    return seen(id);
  }

  store_result<std::vector<operation>> list_operations(std::optional<std::size_t> limit) override {
    std::vector<operation> all;
    for (auto k = operations_kept.rbegin(); k != operations_kept.rend(); ++k)
      all.push_back(counted(*k));
    return unless_broken(cut(std::move(all), limit));
  }
  store_result<std::optional<operation>> find_operation(const std::string& id) override {
    return unless_broken(seen(id));
  }
  store_result<std::vector<repair>> repairs(const std::string& id) override {
    const kept_operation* const found = find(id);
    return unless_broken(found == nullptr ? std::vector<repair>{} : found->items);
  }

  store_result<void> set_participant_rule(const participant_rule& rule) override {
    if (broken)
      return tl::unexpected{*broken};
    std::erase_if(rules, [&](const participant_rule& r) { return r.on == rule.on; });
    rules.push_back(rule);
    return {};
  }
  store_result<bool> clear_participant_rule(const std::string& on, const std::string&, const std::string&,
                                            moment) override {
    return unless_broken(std::erase_if(rules, [&](const participant_rule& r) { return r.on == on; }) > 0);
  }
  store_result<std::vector<participant_rule>> participant_rules() override { return unless_broken(rules); }

  store_result<std::vector<log_entry>> operator_log(std::optional<std::size_t> limit) override {
    return unless_broken(cut(log, limit));
  }
  store_result<void> set_note(const group_note& note) override {
    if (broken)
      return tl::unexpected{*broken};
    std::erase_if(left_notes, [&](const group_note& n) { return n.group == note.group; });
    if (!note.text.empty())
      left_notes.push_back(note);
    return {};
  }
  store_result<std::vector<group_note>> notes() override { return unless_broken(left_notes); }

  store_result<std::vector<kept_letter>> list_letters(const letter_filter& filter) override {
    std::vector<kept_letter> found;
    for (const kept_letter& k : letters)
      if ((filter.source.empty() || k.letter.source == filter.source) &&
          k.letter.reason.find(filter.reason) != std::string::npos && (filter.with_discarded || !k.discarded_at))
        found.push_back(k);
    return unless_broken(cut(std::move(found), filter.limit));
  }
  store_result<std::optional<kept_letter>> find_letter(std::uint64_t number) override {
    const kept_letter* const found = letter(number);
    return unless_broken(found == nullptr ? std::nullopt : std::optional{*found});
  }
  store_result<std::vector<letter_verdict>> discard_letters(const std::vector<std::uint64_t>& numbers,
                                                            const std::string& who, const std::string&,
                                                            moment now) override {
    return each_letter(numbers, [&](kept_letter& k) {
      if (k.discarded_at)
        return letter_verdict::unchanged;
      k.discarded_at = now;
      k.discarded_by = who;
      return letter_verdict::done;
    });
  }
  store_result<std::vector<letter_verdict>> restore_letters(const std::vector<std::uint64_t>& numbers,
                                                            const std::string&, const std::string&, moment) override {
    return each_letter(numbers, [](kept_letter& k) {
      const bool was_discarded = std::exchange(k.discarded_at, std::nullopt).has_value();
      return was_discarded ? letter_verdict::done : letter_verdict::unchanged;
    });
  }
  store_result<requeue_result> requeue_letter(std::uint64_t number, const std::string&, const std::string&,
                                              moment now) override {
    kept_letter* const found = letter(number);
    requeue_result r;
    if (found == nullptr)
      return unless_broken(r);
    r.what = found->letter.source == "saga.orders" ? letter_verdict::done : letter_verdict::impossible;
    if (r.what == letter_verdict::impossible)
      r.because = "only a submission can be submitted again";
    else
      r.answer = requeue_answer;
    found->requeued_at = now;
    return unless_broken(r);
  }
  acceptance requeue_answer{.order = order_id{"o-1"}, .accepted = true, .error = std::nullopt};

protected:
  template <class T>
  store_result<T> unless_broken(T answer) {
    if (broken)
      return tl::unexpected{*broken};
    return answer;
  }

private:
  std::optional<store_error> trouble_now() {
    if (shaken && shaken_calls > 0) {
      --shaken_calls;
      return shaken;
    }
    return broken;
  }

  kept_operation* find(const std::string& id) {
    const auto found = std::find_if(operations_kept.begin(), operations_kept.end(),
                                    [&](const kept_operation& k) { return k.seen.id == id; });
    return found == operations_kept.end() ? nullptr : &*found;
  }
  std::optional<operation> seen(const std::string& id) {
    const kept_operation* const found = find(id);
    return found == nullptr ? std::nullopt : std::optional{counted(*found)};
  }

  std::size_t release_some(kept_operation& k, std::size_t count, moment now) {
    std::size_t released = 0;
    for (repair& r : k.items)
      if (released < count && r.state == repair_state::planned) {
        r.state = repair_state::released;
        r.at = now;
        ++released;
      }
    releases.push_back(released);
    return released;
  }

  static operation counted(const kept_operation& k) {
    operation o = k.seen;
    for (const repair& r : k.items) {
      o.counts.planned += r.state == repair_state::planned ? 1U : 0U;
      o.counts.released += r.state == repair_state::released ? 1U : 0U;
      o.counts.applied += r.state == repair_state::applied ? 1U : 0U;
      o.counts.moved_on += r.state == repair_state::moved_on ? 1U : 0U;
      o.counts.refused += r.state == repair_state::refused ? 1U : 0U;
      o.counts.well += r.result == repair_result::well ? 1U : 0U;
      o.counts.badly += r.result == repair_result::badly ? 1U : 0U;
    }
    return o;
  }

  template <class T>
  static std::vector<T> cut(std::vector<T> all, std::optional<std::size_t> limit) {
    if (limit && all.size() > *limit)
      all.erase(all.begin() + static_cast<std::ptrdiff_t>(*limit), all.end());
    return all;
  }

  kept_letter* letter(std::uint64_t number) {
    const auto found =
        std::find_if(letters.begin(), letters.end(), [&](const kept_letter& k) { return k.number == number; });
    return found == letters.end() ? nullptr : &*found;
  }

  template <class Change>
  store_result<std::vector<letter_verdict>> each_letter(const std::vector<std::uint64_t>& numbers,
                                                        const Change& change) {
    std::vector<letter_verdict> verdicts;
    for (const std::uint64_t number : numbers) {
      kept_letter* const found = letter(number);
      verdicts.push_back(found == nullptr ? letter_verdict::not_found : change(*found));
    }
    return unless_broken(std::move(verdicts));
  }
};

/// A node for which all goes well at once.
inline void carry_out_all(fake_desks& desks, repair_result result = repair_result::well) {
  for (kept_operation& k : desks.operations_kept)
    for (repair& r : k.items)
      if (r.state == repair_state::released) {
        r.state = repair_state::applied;
        r.result = result;
        r.because = result == repair_result::badly ? "TILL_CLOSED" : "";
      }
}

} // namespace sagad::ctl::testing
