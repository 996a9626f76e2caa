#include "workflows/operations/remedy.hpp"

#include <string_view>

namespace sagad::operations {

namespace {

std::string repair(std::string_view verb, const std::string& which) {
  return "sagactl order " + std::string{verb} + ' ' + which + " --reason WHY";
}

remedy remedy_for_held(const cause& why, hold_cause held, const std::string& which) {
  switch (held) {
  case hold_cause::by_person:
    return {"ask whoever holds it whether it may go on", repair("resume", which)};
  case hold_cause::unknown_definition:
    return {"start a node that knows the definition, then let it go on", repair("resume", which)};
  case hold_cause::refused:
    return {why.participant + " has decided and would answer the same again: settle " + why.step +
                " by hand, and say so with skip",
            repair("skip", which)};
  case hold_cause::undo_exhausted:
  case hold_cause::retries_exhausted:
  case hold_cause::pivot_in_doubt:
    break;
  }
  return {"see to the cause, then let it go on", repair("resume", which)};
}

} // namespace

remedy remedy_for(const cause& why, std::optional<hold_cause> held, const std::string& which) {
  if (held)
    return remedy_for_held(why, *held, which);
  if (why.code == codes::participant_held)
    return {"an operator stopped it: see who and why, and let it through again", "sagactl participant list"};
  if (why.code == codes::participant_away)
    return {"nobody plays " + why.participant + ": start a node that does", command_to_play(why.participant)};
  if (why.code == codes::circuit_open)
    return {"see to " + why.participant + "; its orders go on as soon as it answers", "sagactl status"};
  if (why.code == codes::broker_away || why.code == codes::store_unavailable)
    return {"it is not the orders: see which part is away", "sagactl status"};
  return {"when the cause is mended it need not wait for its next attempt", repair("retry", which)};
}

std::string whole_group(const std::string& key) { return "--group " + key + " --canary 1 --abort-if 'failed>5%'"; }

std::string command_to_play(const std::string& participant) {
  return "sagad --store URL --broker URL --roles " + participant;
}

} // namespace sagad::operations
