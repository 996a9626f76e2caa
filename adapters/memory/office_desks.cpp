#include "adapters/memory/letters.hpp"
#include "adapters/memory/office_session.hpp"
#include "adapters/memory/operations.hpp"
#include "workflows/ports/log_entries.hpp"

namespace sagad::memory {

namespace {

template <class Value>
std::vector<Value> values_of(const std::map<std::string, Value>& by_name) {
  std::vector<Value> found;
  for (const auto& each : by_name)
    found.push_back(each.second);
  return found;
}

} // namespace

// --- operations -------------------------------------------------------------------------------------------------

store_result<operation> office_session::plan_operation(const operation_request& request,
                                                       const std::vector<repair_target>& orders, std::size_t release,
                                                       const std::string& pacer, moment now) {
  const std::lock_guard alone{in_->busy};
  return plan(*in_, request, orders, release, pacer, now);
}

store_result<std::optional<std::size_t>>
office_session::release_repairs(const std::string& operation, std::size_t count, const std::string& pacer, moment now) {
  const std::lock_guard alone{in_->busy};
  return release_more(*in_, operation, count, pacer, now);
}

store_result<std::optional<operation>> office_session::settle_repairs(const std::string& operation) {
  const std::lock_guard alone{in_->busy};
  return settle(*in_, operation);
}

store_result<std::optional<operation>> office_session::stop_operation(const std::string& operation,
                                                                      const std::string& who, const std::string& why,
                                                                      moment now) {
  const std::lock_guard alone{in_->busy};
  return stop(*in_, operation, who, why, now);
}

store_result<std::optional<operation>> office_session::resume_operation(const std::string& operation,
                                                                        const std::string& who,
                                                                        const std::string& pacer, moment now) {
  const std::lock_guard alone{in_->busy};
  return resume(*in_, operation, who, pacer, now);
}

store_result<std::vector<operation>> office_session::list_operations(std::optional<std::size_t> limit) {
  const std::lock_guard alone{in_->busy};
  return list(*in_, limit);
}

store_result<std::optional<operation>> office_session::find_operation(const std::string& operation) {
  const std::lock_guard alone{in_->busy};
  return find(*in_, operation);
}

store_result<std::vector<repair>> office_session::repairs(const std::string& operation) {
  const std::lock_guard alone{in_->busy};
  return repairs_of(*in_, operation);
}

// --- rules, log and notes ---------------------------------------------------------------------------------------

store_result<void> office_session::set_participant_rule(const participant_rule& rule) {
  const std::lock_guard alone{in_->busy};
  in_->desk.rules.insert_or_assign(rule.on, rule);
  write_log(*in_, rule_entry(rule));
  return {};
}

store_result<bool> office_session::clear_participant_rule(const std::string& on, const std::string& who,
                                                          const std::string& why, moment now) {
  const std::lock_guard alone{in_->busy};
  if (in_->desk.rules.erase(on) == 0)
    return false;
  write_log(*in_, rule_cleared_entry(on, who, why, now));
  return true;
}

store_result<std::vector<participant_rule>> office_session::participant_rules() {
  const std::lock_guard alone{in_->busy};
  return values_of(in_->desk.rules);
}

store_result<std::vector<log_entry>> office_session::operator_log(std::optional<std::size_t> limit) {
  const std::lock_guard alone{in_->busy};
  const auto& all = in_->desk.log;
  const auto count = static_cast<std::ptrdiff_t>(std::min(all.size(), limit.value_or(all.size())));
  return std::vector<log_entry>(all.rbegin(), all.rbegin() + count);
}

store_result<void> office_session::set_note(const group_note& note) {
  const std::lock_guard alone{in_->busy};
  if (note.text.empty())
    in_->desk.notes.erase(note.group);
  else
    in_->desk.notes.insert_or_assign(note.group, note);
  write_log(*in_, note_entry(note));
  return {};
}

store_result<std::vector<group_note>> office_session::notes() {
  const std::lock_guard alone{in_->busy};
  return values_of(in_->desk.notes);
}

// --- dead letters -----------------------------------------------------------------------------------------------

store_result<std::vector<kept_letter>> office_session::list_letters(const letter_filter& filter) {
  const std::lock_guard alone{in_->busy};
  return list(*in_, filter);
}

store_result<std::optional<kept_letter>> office_session::find_letter(std::uint64_t number) {
  const std::lock_guard alone{in_->busy};
  const auto known = in_->desk.letters.find(number);
  return known == in_->desk.letters.end() ? std::nullopt : std::optional{known->second};
}

store_result<std::vector<letter_verdict>> office_session::discard_letters(const std::vector<std::uint64_t>& numbers,
                                                                          const std::string& who,
                                                                          const std::string& why, moment now) {
  const std::lock_guard alone{in_->busy};
  std::vector<letter_verdict> verdicts;
  for (const std::uint64_t each : numbers)
    verdicts.push_back(change(*in_, letter_act::discard, each, who, why, now));
  return verdicts;
}

store_result<std::vector<letter_verdict>> office_session::restore_letters(const std::vector<std::uint64_t>& numbers,
                                                                          const std::string& who,
                                                                          const std::string& why, moment now) {
  const std::lock_guard alone{in_->busy};
  std::vector<letter_verdict> verdicts;
  for (const std::uint64_t each : numbers)
    verdicts.push_back(change(*in_, letter_act::restore, each, who, why, now));
  return verdicts;
}

store_result<requeue_result> office_session::requeue_letter(std::uint64_t number, const std::string& who,
                                                            const std::string& why, moment now) {
  const std::lock_guard alone{in_->busy};
  return requeue(*in_, number, who, why, now, [&](const checkout::submission& s) { return decide({s}, now).front(); });
}

} // namespace sagad::memory
