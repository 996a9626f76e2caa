#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workflows/saga_machine.hpp"

namespace sagad::tests {

/// What a participant says to a question, or that it says nothing in time.
struct said {
  std::optional<reply_outcome> outcome;
  std::string code{};
  json result{};
};

inline said ok(json result = {}) { return {.outcome = reply_outcome::succeeded, .result = std::move(result)}; }
inline said refused(std::string code) { return {.outcome = reply_outcome::refused, .code = std::move(code)}; }
inline said failed(std::string code = std::string{codes::handler_died}) {
  return {.outcome = reply_outcome::failed, .code = std::move(code)};
}
inline said not_found() { return {.outcome = reply_outcome::not_found}; }
inline said reached_nobody(std::string_view code = codes::participant_away) {
  return {.outcome = reply_outcome::undelivered, .code = std::string{code}};
}
inline said timed_out() { return {.outcome = std::nullopt}; }

/// One saga's story, told as the conversation that it has with its participants and with people:
///
///     saga_script checkout{checkout_saga, order};
///     checkout.sends("payment", "charge-payment").then(ok())
///         .sends("inventory", "reserve-inventory").then(timed_out())
///         .probes("inventory", "reserve-inventory").then(not_found())
///
/// Time is virtual: it stands still but for time-outs and pauses, which pass at once. Every question must be
/// mentioned before it is answered. A failed check shows the story so far.
class saga_script {
public:
  /// Accepted, and taken up for the first time. `chance` in [0, 1) is the same for all jitter.
  saga_script(const definition& def, json input, double chance = 0.0);

  // --- what it asks --------------------------------------------------------------------------------------

  /// It asks `participant` for `name`: a step, or the undo of one; after a pause, if it makes one.
  saga_script& sends(std::string_view participant, std::string_view name);
  saga_script& probes(std::string_view participant, std::string_view step);
  /// The question just mentioned: its payload, and which attempt it is.
  saga_script& with(const json& payload);
  saga_script& as_attempt(int number);
  /// It asks nothing for so long.
  saga_script& pauses(milliseconds length);

  // --- what happens --------------------------------------------------------------------------------------

  /// The answer to the question just mentioned.
  saga_script& then(const said& what);
  /// An answer to a do or undo of that name (to the last one, or to the given attempt), when nobody waits for it
  /// any more.
  saga_script& late(std::string_view name, const said& what, int attempt = 0);
  /// The same, when it was answered before.
  saga_script& repeated(std::string_view name, const said& what);
  /// An answer to what was never asked.
  saga_script& impossible(const reply& answer);

  saga_script& cancel(verdict expected = verdict::moved);
  saga_script& hold(verdict expected = verdict::moved);
  saga_script& resume(verdict expected = verdict::moved);
  saga_script& retry(verdict expected = verdict::moved);
  saga_script& compensate(verdict expected = verdict::moved);
  saga_script& skip(json value = nullptr, verdict expected = verdict::moved);

  /// The node crashes, and another takes the saga up where it was recorded.
  saga_script& is_taken_up_again(verdict expected = verdict::moved);
  /// Somebody looks at it before its time.
  saga_script& is_woken_early();
  saga_script& time_passes(milliseconds length);

  // --- where it stands -----------------------------------------------------------------------------------

  /// Whether what happened last must be durable before anything is sent or told.
  saga_script& commits_first();
  saga_script& records_behind();
  saga_script& stands(saga_state state);
  saga_script& is_held(std::string_view because);
  void ends(saga_state state, std::string_view outcome);

  const saga& now() const { return now_; }
  /// The question just mentioned.
  const command& question() const { return questions_.back(); }
  /// All facts so far, and their types alone.
  const std::vector<fact>& facts() const { return facts_; }
  std::vector<std::string> history() const;

private:
  saga_script& asks(std::string_view participant, std::string_view name, bool probe);
  saga_script& ignores(std::string_view name, const said& what, int attempt, verdict as);
  saga_script& commits(bool first);
  saga_script& happens(event e, verdict expected);
  saga_script& let_pause_pass();
  bool is_pausing() const;
  std::string told(const event& e) const;

  const definition& def_;
  json input_;
  double chance_ = 0.0;
  moment clock_{std::chrono::days{20'000}};
  saga now_;
  /// It asked a question that the script has not mentioned yet.
  bool asked_ = false;
  bool committed_first_ = false;
  /// The questions mentioned so far, and the names they go by.
  std::vector<command> questions_{};
  std::vector<std::string> names_{};
  std::vector<fact> facts_{};
  std::string story_{};
};

} // namespace sagad::tests
