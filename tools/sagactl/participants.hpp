#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/sagactl/output.hpp"
#include "workflows/ports/back_office.hpp"
#include "workflows/saga_catalog.hpp"

namespace sagad::ctl {

/// The circuit to a participant as one node sees it.
struct circuit_at {
  std::string node;
  operations::circuit_view now;
};

/// What a store shows of a participant, or of one question to it that an operator stopped.
struct participant_view {
  std::string name;
  /// `up`, `down`; `elsewhere` when no node of this store has ever played it, so that the store cannot tell. Empty for
  /// a question.
  std::string_view state{};
  std::optional<participant_rule> rule{};
  /// Those that living nodes do not see closed.
  std::vector<circuit_at> circuits{};
  /// Unfinished orders whose present question it is to answer, and those of them that are in trouble with it.
  std::size_t waiting = 0;
  std::size_t in_trouble = 0;
};

/// The participants by name, those that the checkout has first; then the questions that are stopped.
std::vector<participant_view> participants_in(const store_status& status, const std::vector<order_view>& unfinished,
                                              const saga_catalog& definitions, moment now);

/// What a rule makes of the circuit; `why` names who made it.
operations::circuit_view circuit_of(const participant_rule& rule);

/// Since when orders wait, and why, in a few words; empty while the way is free.
std::string trouble_with(const participant_view& p, moment now);

presentation<participant_view> as_participant(moment now);

} // namespace sagad::ctl
