#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sagad::operations {

/// What a sentence tells.
enum class sentence_role : std::uint8_t {
  state,     // where the order stands
  problem,   // what is wrong, if anything
  waits_for, // what must happen next
  since,     // since when it waits so
  next,      // when something happens by itself
  owner,     // who drives it
  others,    // how many wait for the same
  money,     // what of the customer's money it holds
  person,    // what a person did about it last
  advice     // what would help
};
/// Their names: `state`, `problem`, `waits-for`, `since`, `next`, `owner`, `others`, `money`, `person`, `advice`.
std::string_view to_string(sentence_role r);

struct sentence {
  sentence_role role = sentence_role::state;
  std::string text;
};

/// Why an order stands where it stands, in the order in which one wants to read it; at most one sentence of each role,
/// save `person`: one for each step that was settled by hand, and one for what somebody wanted last.
struct explanation {
  std::vector<sentence> sentences;
  /// The one command that would help most, ready to be pasted but for words in capitals; empty when all is well.
  std::string command;

  /// The text of that role, empty when there is none.
  std::string_view text_of(sentence_role r) const;
};

} // namespace sagad::operations
