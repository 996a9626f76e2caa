#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

#include "workflows/ports/message_bus.hpp"

namespace sagad::rabbitmq {

/// Makes one story of what two connections report: the bus is connected when both are. From any thread.
class connection_reports {
public:
  enum class side : std::size_t { publishing, consuming };

  explicit connection_reports(bus_listener& listener) : listener_(listener) {}

  /// An empty problem: that side is well.
  void tell(side which, const std::string& problem) {
    const std::scoped_lock lock{lock_};
    problems_[static_cast<std::size_t>(which)] = problem;
    std::optional<std::string> story{std::string{}};
    for (const auto& known : problems_)
      if (!known || !known->empty()) {
        story = known;
        break;
      }
    if (!story || story == told_) // it is not known yet, or not new
      return;
    told_ = story;
    listener_.on_connection(*story);
  }

private:
  bus_listener& listener_;
  std::mutex lock_;
  /// None: not known yet.
  std::array<std::optional<std::string>, 2> problems_;
  std::optional<std::string> told_;
};

} // namespace sagad::rabbitmq
