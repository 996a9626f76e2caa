#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "workflows/ports/message_bus.hpp"

namespace sagad::tests {

/// Remembers all that it hears. Thread-safe.
class recording_listener final : public bus_listener {
public:
  void on_message(incoming_message m) override {
    const std::scoped_lock lock{lock_};
    messages_.push_back(std::move(m));
  }
  void on_settled(std::vector<settled_message> settled) override {
    const std::scoped_lock lock{lock_};
    settled_.insert(settled_.end(), settled.begin(), settled.end());
  }
  void on_consumers(const std::string& queue, std::size_t count) override {
    const std::scoped_lock lock{lock_};
    consumers_[queue].push_back(count);
  }
  void on_connection(const std::string& problem) override {
    const std::scoped_lock lock{lock_};
    connection_.push_back(problem);
  }

  std::vector<incoming_message> messages() const { return locked(messages_); }
  std::vector<std::string> bodies() const {
    std::vector<std::string> found;
    for (auto& m : messages())
      found.push_back(std::move(m.body));
    return found;
  }
  std::vector<settled_message> settled() const { return locked(settled_); }
  /// The fate of that message; fails the test when it has none, or more than one.
  publish_fate fate_of(std::uint64_t token) const;
  /// As told last; none: never told.
  std::optional<std::size_t> consumers_of(const std::string& queue) const {
    const std::scoped_lock lock{lock_};
    const auto found = consumers_.find(queue);
    return found == consumers_.end() ? std::nullopt : std::optional{found->second.back()};
  }
  /// All that was told of the connection.
  std::vector<std::string> connection() const { return locked(connection_); }
  bool is_connected() const {
    const auto told = connection();
    return !told.empty() && told.back().empty();
  }

private:
  template <class T>
  T locked(const T& what) const {
    const std::scoped_lock lock{lock_};
    return what;
  }

  mutable std::mutex lock_;
  std::vector<incoming_message> messages_;
  std::vector<settled_message> settled_;
  std::map<std::string, std::vector<std::size_t>> consumers_;
  std::vector<std::string> connection_;
};

} // namespace sagad::tests
