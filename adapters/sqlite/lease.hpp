#pragma once

#include <string>

namespace sagad::sqlite {

/// The right to be the node of a database file. Held from birth to death of the object; the kernel takes it back
/// at once from a process that dies, however it dies. A lock on a file of its own beside the database, because
/// closing any descriptor of the database file would drop SQLite's own locks.
///
/// It keeps a second node out. That a node which lost it in spite of all writes nothing is the epoch's business:
/// see `nodes`.
class lease {
public:
  /// Throws a `failure` that names the holder when there is one.
  lease(const std::string& database, const std::string& holder);
  lease(lease&& other) noexcept;
  lease& operator=(lease&&) = delete;
  ~lease();

  /// True while somebody holds it; asks without taking it, so no node that starts meanwhile is turned away.
  static bool is_held(const std::string& database);

private:
  int file_ = -1;
};

} // namespace sagad::sqlite
