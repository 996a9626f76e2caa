#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

namespace sagad::chaos::storm {

/// What happened when, one JSON object a line, written at once: whoever is killed has told until then. `at_ms` counts
/// from the storm's beginning. Belongs to one thread. Throws `std::runtime_error` when the file cannot be written.
class timeline {
public:
  explicit timeline(std::filesystem::path file) : file_(std::move(file)), out_(file_, std::ios::trunc) {
    if (!out_)
      throw std::runtime_error{"the timeline " + file_.string() + " cannot be written"};
  }

  void begin() { began_ = std::chrono::steady_clock::now(); }
  std::chrono::milliseconds now() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began_);
  }
  /// `what` happened; `more` is an object.
  void tell(const std::string& what, const nlohmann::ordered_json& more = nlohmann::ordered_json::object()) {
    nlohmann::ordered_json line{{"at_ms", now().count()}, {"what", what}};
    line.update(more);
    out_ << line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n' << std::flush;
  }

  const std::filesystem::path& file() const { return file_; }

private:
  std::filesystem::path file_;
  std::ofstream out_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

} // namespace sagad::chaos::storm
