#include "adapters/memory/operations.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "adapters/memory/orders.hpp"
#include "adapters/memory/outbox.hpp"
#include "workflows/operations/repair.hpp"
#include "workflows/ports/log_entries.hpp"

namespace sagad::memory {

namespace {

operation_row* row_of(world& w, const std::string& id) {
  const auto number = operation_number(id);
  if (!number || static_cast<std::size_t>(*number) > w.desk.operations.size())
    return nullptr;
  return &w.desk.operations[static_cast<std::size_t>(*number) - 1];
}

repair_counts counts_of(const operation_row& o) {
  repair_counts counts;
  for (const repair_row& r : o.set)
    add(counts, r.now.state, r.now.result, 1);
  return counts;
}

operation view_of(const operation_row& o, std::int64_t number) {
  return {.id = operation_id(number),
          .asked = o.asked,
          .planned_at = o.planned_at,
          .counts = counts_of(o),
          .stopped_at = o.stopped_at,
          .stopped_by = o.stopped_by,
          .stopped_because = o.stopped_because};
}

operation view_of(const world& w, const operation_row& o) {
  const auto at = std::find_if(w.desk.operations.begin(), w.desk.operations.end(),
                               [&](const operation_row& each) { return &each == &o; });
  return view_of(o, std::distance(w.desk.operations.begin(), at) + 1);
}

repair_row planned(const world& w, const repair_target& t, moment now) {
  repair_row r{.now = {.order = t.order, .saga = t.saga, .planned_sequence = t.sequence, .at = now}};
  if (!w.orders.contains(t.saga)) {
    r.now.state = repair_state::refused;
    r.now.because = no_such_order;
  }
  return r;
}

std::size_t release(world& w, operation_row& o, std::int64_t number, std::size_t count, moment now) {
  std::size_t released = 0;
  for (std::size_t position = 0; position < o.set.size() && released < count; ++position) {
    repair& r = o.set[position].now;
    if (r.state != repair_state::planned)
      continue;
    r.state = repair_state::released;
    r.at = now;
    w.desk.released.emplace(number, position);
    ++released;
  }
  w.writes += released > 0 ? 1 : 0;
  return released;
}

void look_for_result(const world& w, const operation_row& o, repair_row& r) {
  if (r.now.state != repair_state::applied || r.now.result != repair_result::pending)
    return;
  const saga& s = w.orders.at(r.now.saga).now;
  if (!may_have_result(o.asked.wanted.what, s, r.seen_sequence))
    return;
  auto verdict = operations::result_of(o.asked.wanted.what, s);
  r.now.result = verdict.what;
  r.now.because = std::move(verdict.because);
  r.seen_sequence = s.sequence;
}

/// Released, and nobody else's business at present.
bool is_for(const repair_row& r, const order_row& o, std::uint64_t owner, moment now) {
  const bool holder_is_gone = r.handed && r.handed->to != owner; // one node at a time
  return (!o.owner || *o.owner == owner) && may_be_handed_out(r.handed, holder_is_gone, now);
}

} // namespace

operation plan(world& w, const operation_request& asked, const std::vector<repair_target>& orders, std::size_t count,
               const std::string& pacer, moment now) {
  operation_row& o = w.desk.operations.emplace_back(operation_row{.asked = asked, .planned_at = now, .pacer = pacer});
  for (const repair_target& each : frozen_set(orders)) {
    o.position_of.emplace(each.saga, o.set.size());
    o.set.push_back(planned(w, each, now));
  }
  const auto number = static_cast<std::int64_t>(w.desk.operations.size());
  release(w, o, number, count, now);
  write_log(w, planned_entry(operation_id(number), asked, o.set.size(), now));
  return view_of(o, number);
}

std::optional<std::size_t> release_more(world& w, const std::string& id, std::size_t count, const std::string& pacer,
                                        moment now) {
  operation_row* o = row_of(w, id);
  if (o == nullptr || o->stopped_at || o->pacer != pacer)
    return std::nullopt;
  return release(w, *o, operation_number(id).value_or(0), count, now);
}

std::optional<operation> settle(world& w, const std::string& id) {
  operation_row* o = row_of(w, id);
  if (o == nullptr)
    return std::nullopt;
  for (repair_row& r : o->set)
    look_for_result(w, *o, r);
  return view_of(w, *o);
}

std::optional<operation> stop(world& w, const std::string& id, const std::string& who, const std::string& why,
                              moment now) {
  operation_row* o = row_of(w, id);
  if (o == nullptr)
    return std::nullopt;
  if (!o->stopped_at && !counts_of(*o).is_over()) {
    o->stopped_at = now;
    o->stopped_by = who;
    o->stopped_because = why;
    write_log(w, stopped_entry(id, who, why, now));
  }
  return view_of(w, *o);
}

std::optional<operation> resume(world& w, const std::string& id, const std::string& who, const std::string& pacer,
                                moment now) {
  operation_row* o = row_of(w, id);
  if (o == nullptr)
    return std::nullopt;
  o->pacer = pacer;
  o->stopped_at.reset();
  o->stopped_by.clear();
  o->stopped_because.clear();
  write_log(w, resumed_entry(id, who, now));
  return view_of(w, *o);
}

std::vector<operation> list(const world& w, std::optional<std::size_t> limit) {
  std::vector<operation> found;
  const auto& all = w.desk.operations;
  for (std::size_t i = all.size(); i > 0 && found.size() < limit.value_or(all.size()); --i)
    found.push_back(view_of(all[i - 1], static_cast<std::int64_t>(i)));
  return found;
}

std::optional<operation> find(const world& w, const std::string& id) {
  const auto number = operation_number(id);
  if (!number || static_cast<std::size_t>(*number) > w.desk.operations.size())
    return std::nullopt;
  return view_of(w.desk.operations[static_cast<std::size_t>(*number) - 1], *number);
}

std::vector<repair> repairs_of(const world& w, const std::string& id) {
  std::vector<repair> found;
  const auto number = operation_number(id);
  if (!number || static_cast<std::size_t>(*number) > w.desk.operations.size())
    return found;
  for (const repair_row& r : w.desk.operations[static_cast<std::size_t>(*number) - 1].set)
    found.push_back(r.now);
  return found;
}

std::size_t count_open(const world& w) {
  return static_cast<std::size_t>(std::count_if(w.desk.operations.begin(), w.desk.operations.end(),
                                                [](const operation_row& o) { return !counts_of(o).is_over(); }));
}

std::vector<claimed_repair> claim_repairs(world& w, std::size_t count_max, moment now, std::uint64_t owner,
                                          bool publishes) {
  std::vector<claimed_repair> found;
  for (const auto& [number, position] : w.desk.released) {
    if (found.size() >= count_max)
      break;
    const operation_row& operation = w.desk.operations[static_cast<std::size_t>(number) - 1];
    repair_row& r = w.desk.operations[static_cast<std::size_t>(number) - 1].set[position];
    order_row& o = w.orders.at(r.now.saga);
    if (!is_for(r, o, owner, now))
      continue;
    const bool is_taken = !o.owner && !has_ended(o.now);
    if (is_taken)
      drive(w, o, owner);
    r.handed = handing{.to = owner, .at = now};
    found.push_back({.operation = operation_id(number),
                     .wanted = operation.asked.wanted,
                     .planned_sequence = r.now.planned_sequence,
                     .saga = {.now = o.now, .input = o.input},
                     .taken = is_taken});
    if (publishes && is_taken)
      found.back().saga.unpublished = unpublished_of(o, std::numeric_limits<std::size_t>::max());
  }
  return found;
}

void record(world& w, const recorded_outcome& outcome, moment now) {
  operation_row* o = row_of(w, operation_id(outcome.operation));
  if (o == nullptr)
    return;
  const auto known = o->position_of.find(outcome.saga);
  if (known == o->position_of.end())
    return;
  repair_row& r = o->set[known->second];
  if (r.now.state != repair_state::released)
    return;
  r.now.state = outcome.state;
  r.now.because = outcome.because;
  r.now.at = now;
  r.seen_sequence = outcome.sequence;
  w.desk.released.erase({outcome.operation, known->second});
}

void write_log(world& w, log_entry entry) {
  entry.number = w.desk.log.size() + 1;
  w.desk.log.push_back(std::move(entry));
  ++w.writes;
}

} // namespace sagad::memory
