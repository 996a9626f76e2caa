#include "adapters/postgres/office_session.hpp"
#include "workflows/ports/log_entries.hpp"
#include "workflows/ports/requeue.hpp"

namespace sagad::postgres {

namespace {

/// So many results are written with one commit: nodes get their turn in between.
constexpr std::size_t settled_at_once_max = 2'000;

std::vector<log_entry> entries_of(letter_act what, const std::vector<std::uint64_t>& numbers,
                                  const std::vector<letter_verdict>& verdicts, const std::string& who,
                                  const std::string& why, moment now) {
  std::vector<log_entry> entries;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    if (verdicts[i] == letter_verdict::done)
      entries.push_back(letter_entry(what, numbers[i], who, why, now));
  return entries;
}

} // namespace

// --- operations -------------------------------------------------------------------------------------------------

store_result<operation> office_session::plan_operation(const operation_request& request,
                                                       const std::vector<repair_target>& orders, std::size_t release,
                                                       const std::string& pacer, moment now) {
  const auto set = frozen_set(orders);
  return transactions_.write("planning an operation", [&](pqxx::transaction_base& t, int) {
    const std::int64_t number = operations_.plan(t, request, set, release, pacer, now);
    book_.log(t, {planned_entry(operation_id(number), request, set.size(), now)});
    if (release > 0)
      nodes_.tell_others(t);
    return operations_.find(t, number).value();
  });
}

store_result<std::optional<std::size_t>>
office_session::release_repairs(const std::string& operation, std::size_t count, const std::string& pacer, moment now) {
  const auto number = operation_number(operation);
  if (!number)
    return std::nullopt;
  return transactions_.write("releasing repairs", [&](pqxx::transaction_base& t, int) -> std::optional<std::size_t> {
    if (!operations_.is_paced_by(t, *number, pacer))
      return std::nullopt;
    nodes_.tell_others(t);
    return operations_.release(t, *number, count, now);
  });
}

/// Looks without keeping anybody from writing, and writes in slices.
store_result<std::optional<operation>> office_session::settle_repairs(const std::string& operation) {
  const auto found = find_operation(operation);
  if (!found || !*found)
    return found;
  const std::int64_t number = operation_number(operation).value_or(0);
  const auto what = (*found)->asked.wanted.what;
  for (std::int64_t position = -1;;) {
    const auto seen = read("looking for results", [&](pqxx::transaction_base& t) {
      return operations_.look(t, number, what, position, settled_at_once_max);
    });
    if (!seen)
      return tl::unexpected{seen.error()};
    if (seen->empty())
      return find_operation(operation);
    position = seen->back().position;
    const auto recorded = transactions_.write("looking for results", [&](pqxx::transaction_base& t, int) {
      operations_.record(t, number, *seen);
      return true;
    });
    if (!recorded)
      return tl::unexpected{recorded.error()};
  }
}

store_result<std::optional<operation>> office_session::stop_operation(const std::string& operation,
                                                                      const std::string& who, const std::string& why,
                                                                      moment now) {
  return change_operation(operation,
                          [&](pqxx::transaction_base& t, std::int64_t number, const sagad::operation& known) {
                            if (known.stopped_at || known.counts.is_over())
                              return;
                            operations_.stop(t, number, who, why, now);
                            book_.log(t, {stopped_entry(operation, who, why, now)});
                          });
}

store_result<std::optional<operation>> office_session::resume_operation(const std::string& operation,
                                                                        const std::string& who,
                                                                        const std::string& pacer, moment now) {
  return change_operation(operation, [&](pqxx::transaction_base& t, std::int64_t number, const sagad::operation&) {
    operations_.resume(t, number, pacer);
    book_.log(t, {resumed_entry(operation, who, now)});
  });
}

template <class Change>
store_result<std::optional<operation>> office_session::change_operation(const std::string& id, Change&& change) {
  const auto number = operation_number(id);
  if (!number)
    return std::nullopt;
  return transactions_.write("changing an operation", [&](pqxx::transaction_base& t, int) -> std::optional<operation> {
    operations_.lock(t, *number);
    const auto known = operations_.find(t, *number);
    if (!known)
      return std::nullopt;
    change(t, *number, *known);
    return operations_.find(t, *number);
  });
}

store_result<std::vector<operation>> office_session::list_operations(std::optional<std::size_t> limit) {
  return read("listing operations", [&](pqxx::transaction_base& t) { return operations_.list(t, limit); });
}

store_result<std::optional<operation>> office_session::find_operation(const std::string& operation) {
  const auto number = operation_number(operation);
  if (!number)
    return std::nullopt;
  return read("looking for an operation", [&](pqxx::transaction_base& t) { return operations_.find(t, *number); });
}

store_result<std::vector<repair>> office_session::repairs(const std::string& operation) {
  const auto number = operation_number(operation);
  if (!number)
    return std::vector<repair>{};
  return read("listing repairs", [&](pqxx::transaction_base& t) { return operations_.repairs(t, *number); });
}

// --- rules, log and notes ---------------------------------------------------------------------------------------

store_result<void> office_session::set_participant_rule(const participant_rule& rule) {
  const auto done = transactions_.write("setting a rule", [&](pqxx::transaction_base& t, int) {
    book_.set(t, rule);
    book_.log(t, {rule_entry(rule)});
    return true;
  });
  return done ? store_result<void>{} : tl::unexpected{done.error()};
}

store_result<bool> office_session::clear_participant_rule(const std::string& on, const std::string& who,
                                                          const std::string& why, moment now) {
  return transactions_.write("clearing a rule", [&](pqxx::transaction_base& t, int) {
    const bool was_there = book_.clear(t, on);
    if (was_there)
      book_.log(t, {rule_cleared_entry(on, who, why, now)});
    return was_there;
  });
}

store_result<std::vector<participant_rule>> office_session::participant_rules() {
  return read("reading the rules", [&](pqxx::transaction_base& t) { return book_.rules(t); });
}

store_result<std::vector<log_entry>> office_session::operator_log(std::optional<std::size_t> limit) {
  return read("reading the log", [&](pqxx::transaction_base& t) { return book_.entries(t, limit); });
}

store_result<void> office_session::set_note(const group_note& note) {
  const auto done = transactions_.write("leaving a note", [&](pqxx::transaction_base& t, int) {
    book_.set(t, note);
    book_.log(t, {note_entry(note)});
    return true;
  });
  return done ? store_result<void>{} : tl::unexpected{done.error()};
}

store_result<std::vector<group_note>> office_session::notes() {
  return read("reading the notes", [&](pqxx::transaction_base& t) { return book_.notes(t); });
}

// --- dead letters -----------------------------------------------------------------------------------------------

store_result<std::vector<kept_letter>> office_session::list_letters(const letter_filter& filter) {
  return read("listing dead letters", [&](pqxx::transaction_base& t) { return letters_.list(t, filter); });
}

store_result<std::optional<kept_letter>> office_session::find_letter(std::uint64_t number) {
  return read("looking for a dead letter", [&](pqxx::transaction_base& t) { return letters_.find(t, number); });
}

store_result<std::vector<letter_verdict>> office_session::discard_letters(const std::vector<std::uint64_t>& numbers,
                                                                          const std::string& who,
                                                                          const std::string& why, moment now) {
  return transactions_.write("discarding dead letters", [&](pqxx::transaction_base& t, int) {
    auto verdicts = letters_.discard(t, numbers, who, now);
    book_.log(t, entries_of(letter_act::discard, numbers, verdicts, who, why, now));
    return verdicts;
  });
}

store_result<std::vector<letter_verdict>> office_session::restore_letters(const std::vector<std::uint64_t>& numbers,
                                                                          const std::string& who,
                                                                          const std::string& why, moment now) {
  return transactions_.write("restoring dead letters", [&](pqxx::transaction_base& t, int) {
    auto verdicts = letters_.restore(t, numbers);
    book_.log(t, entries_of(letter_act::restore, numbers, verdicts, who, why, now));
    return verdicts;
  });
}

store_result<requeue_result> office_session::requeue_letter(std::uint64_t number, const std::string& who,
                                                            const std::string& why, moment now) {
  return transactions_.write("submitting a dead letter again", [&](pqxx::transaction_base& t, int) -> requeue_result {
    const auto known = letters_.find_and_lock(t, number);
    if (!known)
      return {};
    const auto asked = submission_to_requeue(*known);
    if (!asked)
      return {.what = letter_verdict::impossible, .because = asked.error()};
    const acceptance decided = accept(t, {*asked}, now).front();
    const std::string result = requeue_text(decided);
    letters_.note_requeued(t, number, result, now);
    if (settles_letter(decided))
      letters_.discard(t, {number}, who, now);
    book_.log(t, {letter_entry(letter_act::requeue, number, who, why, now, result)});
    return {.what = letter_verdict::done, .answer = decided};
  });
}

} // namespace sagad::postgres
