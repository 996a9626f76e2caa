#pragma once

#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "tools/sagactl/exit_code.hpp"
#include "workflows/ports/back_office.hpp"

namespace sagad::ctl {

/// Why there is no store to work with: how to leave, and a sentence that says what to do.
struct open_failure {
  exit_code code = exit_code::failed;
  std::string sentence;
};

/// Opens an existing store; never creates one.
tl::expected<std::unique_ptr<back_office>, open_failure> open_store(const std::string& url);

} // namespace sagad::ctl
