#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "workflows/ports/operators_log.hpp"
#include "workflows/ports/participant_rules.hpp"
#include "workflows/ports/repairs.hpp"

/// What every store writes into the operators' log, without the entry's number. Pure.
namespace sagad {

log_entry planned_entry(const std::string& operation, const operation_request& asked, std::size_t orders, moment now);
log_entry stopped_entry(const std::string& operation, const std::string& who, const std::string& why, moment now);
log_entry resumed_entry(const std::string& operation, const std::string& who, moment now);
log_entry rule_entry(const participant_rule& rule);
log_entry rule_cleared_entry(const std::string& on, const std::string& who, const std::string& why, moment now);
/// The note's text is the operator's words; an empty one takes the note away.
log_entry note_entry(const group_note& note);
log_entry drain_entry(const std::string& node, std::size_t asked, const std::string& who, moment now);

/// What can be done to a dead letter.
enum class letter_act : std::uint8_t { discard, restore, requeue };
/// `deadletter discard`, `deadletter restore`, `deadletter requeue`.
std::string_view verb_of(letter_act what);
log_entry letter_entry(letter_act what, std::uint64_t number, const std::string& who, const std::string& why,
                       moment now, const std::string& detail = {});

} // namespace sagad
