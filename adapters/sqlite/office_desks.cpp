#include "adapters/sqlite/office_session.hpp"
#include "workflows/ports/log_entries.hpp"
#include "workflows/ports/requeue.hpp"

namespace sagad::sqlite {

namespace {

/// So many results are written with one commit: nodes get their turn in between.
constexpr std::size_t settled_at_once_max = 2'000;

} // namespace

// --- operations -------------------------------------------------------------------------------------------------

store_result<operation> office_session::plan_operation(const operation_request& request,
                                                       const std::vector<repair_target>& orders, std::size_t release,
                                                       const std::string& pacer, moment now) {
  const auto set = frozen_set(orders);
  return write([&] {
    const std::int64_t number = operations_.plan(request, set, release, pacer, now);
    book_.log(planned_entry(operation_id(number), request, set.size(), now));
    return operations_.find(number).value();
  });
}

store_result<std::optional<std::size_t>>
office_session::release_repairs(const std::string& operation, std::size_t count, const std::string& pacer, moment now) {
  const auto number = operation_number(operation);
  if (!number)
    return std::nullopt;
  return write([&]() -> std::optional<std::size_t> {
    if (!operations_.is_paced_by(*number, pacer))
      return std::nullopt;
    return operations_.release(*number, count, now);
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
    const auto seen = read([&] { return operations_.look(number, what, position, settled_at_once_max); });
    if (!seen)
      return tl::unexpected{seen.error()};
    if (seen->empty())
      return find_operation(operation);
    position = seen->back().position;
    const auto recorded = write([&] {
      operations_.record(number, *seen);
      return true;
    });
    if (!recorded)
      return tl::unexpected{recorded.error()};
  }
}

store_result<std::optional<operation>> office_session::stop_operation(const std::string& operation,
                                                                      const std::string& who, const std::string& why,
                                                                      moment now) {
  return change_operation(operation, [&](std::int64_t number, const sagad::operation& known) {
    if (known.stopped_at || known.counts.is_over())
      return;
    operations_.stop(number, who, why, now);
    book_.log(stopped_entry(operation, who, why, now));
  });
}

store_result<std::optional<operation>> office_session::resume_operation(const std::string& operation,
                                                                        const std::string& who,
                                                                        const std::string& pacer, moment now) {
  return change_operation(operation, [&](std::int64_t number, const sagad::operation&) {
    operations_.resume(number, pacer);
    book_.log(resumed_entry(operation, who, now));
  });
}

template <class Change>
store_result<std::optional<operation>> office_session::change_operation(const std::string& id, Change&& change) {
  const auto number = operation_number(id);
  if (!number)
    return std::nullopt;
  return write([&]() -> std::optional<operation> {
    const auto known = operations_.find(*number);
    if (!known)
      return std::nullopt;
    change(*number, *known);
    return operations_.find(*number);
  });
}

store_result<std::vector<operation>> office_session::list_operations(std::optional<std::size_t> limit) {
  return read([&] { return operations_.list(limit); });
}

store_result<std::optional<operation>> office_session::find_operation(const std::string& operation) {
  const auto number = operation_number(operation);
  if (!number)
    return std::nullopt;
  return read([&] { return operations_.find(*number); });
}

store_result<std::vector<repair>> office_session::repairs(const std::string& operation) {
  const auto number = operation_number(operation);
  if (!number)
    return std::vector<repair>{};
  return read([&] { return operations_.repairs(*number); });
}

// --- rules, log and notes ---------------------------------------------------------------------------------------

store_result<void> office_session::set_participant_rule(const participant_rule& rule) {
  const auto done = write([&] {
    book_.set(rule);
    book_.log(rule_entry(rule));
    return true;
  });
  return done ? store_result<void>{} : tl::unexpected{done.error()};
}

store_result<bool> office_session::clear_participant_rule(const std::string& on, const std::string& who,
                                                          const std::string& why, moment now) {
  return write([&] {
    const bool was_there = book_.clear(on);
    if (was_there)
      book_.log(rule_cleared_entry(on, who, why, now));
    return was_there;
  });
}

store_result<std::vector<participant_rule>> office_session::participant_rules() {
  return read([&] { return book_.rules(); });
}

store_result<std::vector<log_entry>> office_session::operator_log(std::optional<std::size_t> limit) {
  return read([&] { return book_.entries(limit); });
}

store_result<void> office_session::set_note(const group_note& note) {
  const auto done = write([&] {
    book_.set(note);
    book_.log(note_entry(note));
    return true;
  });
  return done ? store_result<void>{} : tl::unexpected{done.error()};
}

store_result<std::vector<group_note>> office_session::notes() {
  return read([&] { return book_.notes(); });
}

// --- dead letters -----------------------------------------------------------------------------------------------

store_result<std::vector<kept_letter>> office_session::list_letters(const letter_filter& filter) {
  return read([&] { return letters_.list(filter); });
}

store_result<std::optional<kept_letter>> office_session::find_letter(std::uint64_t number) {
  return read([&] { return letters_.find(number); });
}

store_result<std::vector<letter_verdict>> office_session::discard_letters(const std::vector<std::uint64_t>& numbers,
                                                                          const std::string& who,
                                                                          const std::string& why, moment now) {
  return write([&] {
    std::vector<letter_verdict> verdicts;
    for (const std::uint64_t each : numbers) {
      verdicts.push_back(letters_.discard(each, who, now));
      if (verdicts.back() == letter_verdict::done)
        book_.log(letter_entry(letter_act::discard, each, who, why, now));
    }
    return verdicts;
  });
}

store_result<std::vector<letter_verdict>> office_session::restore_letters(const std::vector<std::uint64_t>& numbers,
                                                                          const std::string& who,
                                                                          const std::string& why, moment now) {
  return write([&] {
    std::vector<letter_verdict> verdicts;
    for (const std::uint64_t each : numbers) {
      verdicts.push_back(letters_.restore(each));
      if (verdicts.back() == letter_verdict::done)
        book_.log(letter_entry(letter_act::restore, each, who, why, now));
    }
    return verdicts;
  });
}

store_result<requeue_result> office_session::requeue_letter(std::uint64_t number, const std::string& who,
                                                            const std::string& why, moment now) {
  return write([&]() -> requeue_result {
    const auto known = letters_.find(number);
    if (!known)
      return {};
    const auto asked = submission_to_requeue(*known);
    if (!asked)
      return {.what = letter_verdict::impossible, .because = asked.error()};
    const acceptance decided = decide({*asked}, now).front();
    const std::string result = requeue_text(decided);
    letters_.note_requeued(number, result, now);
    if (settles_letter(decided))
      letters_.discard(number, who, now);
    book_.log(letter_entry(letter_act::requeue, number, who, why, now, result));
    return {.what = letter_verdict::done, .answer = decided};
  });
}

} // namespace sagad::sqlite
