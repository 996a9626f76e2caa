#pragma once

namespace sagad::ctl {

/// What scripts branch on; fixed by the contract.
enum class exit_code : int {
  done = 0,
  failed = 1,
  usage = 2,
  not_permitted = 3,
  not_found = 4,
  unhealthy = 5, // or something is stuck, or the audit found something
  interrupted = 130
};

} // namespace sagad::ctl
