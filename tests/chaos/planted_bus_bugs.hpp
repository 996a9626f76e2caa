#pragma once

#include "tools/sagachaos/subject.hpp"

namespace sagad::tests {

/// A participant that does not answer in time is taken to have refused.
chaos::go_between timeout_taken_as_failure();
/// Events leave before the transaction that makes them facts.
chaos::go_between published_before_durable();

/// A submission is acknowledged as soon as it comes, before the transaction that makes it needless.
chaos::go_between acknowledged_before_durable();

} // namespace sagad::tests
