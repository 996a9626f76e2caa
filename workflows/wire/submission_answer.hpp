#pragma once

#include <string>

#include "workflows/ports/store.hpp"

namespace sagad::wire {

/// What was decided about a submission, as its submitter is told:
///
///     {"order_id":"o-1001","accepted":true,"duplicate":false}
///     {"order_id":"o-1001","accepted":false,"duplicate":false,"error":{"code","message","field"}}
///
/// `field` only where it is about one; `order_id` is null where the submission had no usable one.
std::string to_message(const acceptance& a);

} // namespace sagad::wire
