#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "workflows/moment.hpp"
#include "workflows/ports/back_office.hpp"

namespace sagad::chaos::storm {

/// What the watch saw until now.
struct watch_report {
  std::size_t audits = 0;
  /// Of the first audit that found anything.
  std::vector<audit_finding> findings;
  /// From kill -9 until the killed incarnation was fenced, and what it drove could be taken over: the longest, and how
  /// many there were. None: no killed one held a lease for long enough to be seen.
  std::optional<milliseconds> takeover_max;
  std::size_t takeovers = 0;
};

/// Audits the store again and again while the storm lasts, past every gate, and sees how long the dead keep their
/// lease. On a thread of its own with a session of its own, opened anew after each failure: a database that is away is
/// no finding. Calls may come from any thread.
class watch {
public:
  using open_fn = std::function<std::unique_ptr<back_office>()>;

  /// `open` is called from the watch's thread, and may throw.
  watch(open_fn open, milliseconds audit_every);
  watch(const watch&) = delete;
  watch& operator=(const watch&) = delete;
  ~watch() { leave(); }

  /// The node of that name was killed now.
  void killed(const std::string& node);
  watch_report report() const;
  void leave();

private:
  /// One that was killed and is not known to be fenced.
  struct dead_node {
    std::string name;
    moment killed_at{};
    /// Its incarnation, once it is known.
    std::optional<std::uint64_t> epoch;
    bool is_over = false;
  };

  void work();
  void look(back_office& office, bool audit);
  void look_at_the_dead(back_office& office);
  void look_at(dead_node& dead, const std::vector<node_view>& nodes, moment now);

  const open_fn open_;
  const milliseconds audit_every_;
  mutable std::mutex lock_;
  std::condition_variable changed_;
  // Below `lock_`.
  watch_report report_;
  std::vector<dead_node> dead_;
  bool leaves_ = false;
  std::thread thread_;
};

} // namespace sagad::chaos::storm
