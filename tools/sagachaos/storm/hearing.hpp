#pragma once

#include <string>
#include <string_view>

#include "tools/sagachaos/storm/event_book.hpp"

/// What the storm's messages tell. They went through gates that break things: any bytes may come. Nothing throws but
/// for want of memory.
namespace sagad::chaos::storm {

/// The fact that an event tells. What is no event is a fact of no order, which the judge will ask after.
heard_fact fact_in(std::string_view body, bool redelivered);

/// What a submitter was told.
struct heard_answer {
  bool accepted = false;
  /// The code of a refusal, or that the answer means nothing; empty when it was accepted.
  std::string refusal{};

  friend bool operator==(const heard_answer&, const heard_answer&) = default;
};

/// The answer to the submission of `order`; one about another order means nothing.
heard_answer answer_in(std::string_view body, std::string_view order);

} // namespace sagad::chaos::storm
