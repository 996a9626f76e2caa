#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace sagad::ctl {

/// A script that makes bash complete the verbs and options of `app`, as they are.
std::string bash_completion(const CLI::App& app);

} // namespace sagad::ctl
