#pragma once

#include "workflows/faults.hpp"
#include "workflows/object_reader.hpp"

namespace sagad {

/// Reads how to fail: `kind`, `ms` where the kind delays, `code` where it refuses. Refuses `UNKNOWN_KIND` beside what
/// the reader refuses.
fault read_fault(object_reader& fields);

} // namespace sagad
