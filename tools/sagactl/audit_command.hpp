#pragma once

#include "tools/sagactl/session.hpp"

namespace sagad::ctl {

/// Checks the promises on the whole store. Exit 5, and each offender named, when one is broken.
exit_code audit_store(session& s);

} // namespace sagad::ctl
