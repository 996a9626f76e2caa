#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "actors/instant.hpp"
#include "actors/limits.hpp"
#include "actors/timer_queue.hpp"
#include "workflows/ports/store.hpp"

namespace sagad::actors {

/// Facts on their way to the broker. A saga's facts leave one at a time and without a gap, from a point on before
/// which all are known to be published; what does not fit is dropped, for it lies in the store until the broker has
/// it. So whatever several nodes publish of one saga, listeners see it first in order. Belongs to one actor.
class fact_streams {
public:
  explicit fact_streams(const engine_limits& limits) : limits_(limits) {}

  /// This node drives the saga from now on: all before `unpublished`, or before `next` where that is empty, is
  /// published.
  void take_over(const saga_id& saga, std::uint64_t next, std::vector<fact> unpublished);
  /// They became durable here, in order per saga.
  void add(std::vector<fact> facts);
  /// They were left unpublished, in order per saga and each from its first one; returns how many sagas they are of.
  std::size_t adopt(std::vector<fact> facts);
  /// No more will come of it for now: it is forgotten when all is published and reported.
  void let_go(const saga_id& saga);

  /// What may leave now; it counts as in flight until it is confirmed or refused.
  std::optional<fact> next_to_publish();
  /// The bus had no room for what `next_to_publish` gave.
  void take_back(const saga_id& saga);
  void confirmed(const saga_id& saga, std::uint64_t sequence, instant now);
  void refused(const saga_id& saga, std::uint64_t sequence, instant now);

  /// What the store should be told by now; with `all`, whatever it does not know.
  std::vector<publication> reports(instant now, bool all);

  /// In memory, not confirmed.
  std::size_t facts() const { return facts_; }
  std::size_t in_flight() const { return in_flight_; }
  std::size_t sagas() const { return streams_.size(); }
  bool has_room() const { return facts_ < limits_.facts_in_memory_max / 2; }
  /// It was left behind by whoever drove it.
  bool is_adopted(const saga_id& saga) const;
  /// When the fact happened that leaves next; none when nothing waits to leave, or what was adopted does.
  std::optional<moment> next_happened_at() const;

private:
  struct stream {
    /// The only sequence that may come next.
    std::uint64_t next = 1;
    /// The first of them may be in flight.
    std::deque<fact> waiting{};
    bool in_flight = false;
    bool gone = false;
    bool adopted = false;
    bool has_timer = false;
    std::uint64_t confirmed = 0;
    std::uint64_t reported = 0;
    instant last_news{};
  };
  using entry = std::unordered_map<saga_id, stream>::iterator;

  stream& begin(const saga_id& saga, std::uint64_t first);
  void push(const saga_id& saga, stream& s, fact f);
  /// The stream whose first fact, this one, is in flight; none when it is not: it was replaced.
  entry in_flight_at(const saga_id& saga, std::uint64_t sequence);
  void see_to_report(const saga_id& saga, stream& s, instant now);

  const engine_limits limits_;
  std::unordered_map<saga_id, stream> streams_;
  /// May hold those that have nothing to send any more.
  std::deque<saga_id> ready_;
  /// When to look whether something is to be reported, or to be sent again.
  timer_queue<saga_id, instant> to_report_;
  timer_queue<saga_id, instant> to_send_again_;
  std::size_t facts_ = 0;
  std::size_t in_flight_ = 0;
};

} // namespace sagad::actors
