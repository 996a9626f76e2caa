#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "workflows/saga.hpp"

namespace sagad {

/// Why a stored text is no saga. A sentence for people.
struct codec_error {
  std::string detail;
};

/// The part of a saga that has no column of its own, as JSON: what it asks, and each step by name.
///
///     {"asking":"do","attempt":1,"asking_since":1793166480000,"awaiting_reply":true,"steps":[
///       {"step":"charge-payment","state":"succeeded","attempts":1,"started_at":1793166480000,...}, ...]}
///
/// What has its usual value is left out; of a step that was never asked all but the name. Columns of their own: id,
/// order, definition, version, state, outcome, step, wake-up time, sequence, created, updated. Appended to `text`; this
/// is on the hot path of every store.
void append_progress(std::string& text, const saga& s);

/// The name of the step that `s` works on; empty when it works on none.
std::string_view current_step(const saga& s);

/// `columns` with what `append_progress` wrote. `step` is its `current_step`. Takes any text; never throws.
tl::expected<saga, codec_error> with_progress(saga columns, std::string_view step, std::string_view progress);

} // namespace sagad
