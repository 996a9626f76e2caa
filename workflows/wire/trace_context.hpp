#pragma once

#include <string_view>

namespace sagad::wire {

/// Whether this is a `traceparent` of W3C's Trace Context (Recommendation of 2021, section 3.2): `00-<trace id>-<parent
/// id>-<flags>` in lower-case hexadecimal digits, neither id all zeros. Of a later version only what looks the same.
bool is_traceparent(std::string_view text);

} // namespace sagad::wire
