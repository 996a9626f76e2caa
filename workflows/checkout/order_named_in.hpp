#pragma once

#include <string_view>

#include "workflows/ids.hpp"

namespace sagad::checkout {

/// The order that a submission names though it is refused, so that its submitter knows which one is meant; empty where
/// it names none. Bounded as `parse_submission`; never throws.
order_id order_named_in(std::string_view submission);

} // namespace sagad::checkout
