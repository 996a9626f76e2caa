#pragma once

#include <string>

#include <SQLiteCpp/Database.h>

namespace sagad::sqlite {

enum class if_absent { fail, create };

/// A connection to the database file, waiting its turn among processes and committing durably. Belongs to one
/// thread; throws `SQLite::Exception` or `failure`.
class connection {
public:
  connection(const std::string& path, if_absent what);

  SQLite::Database& db() const { return db_; }
  const std::string& path() const { return path_; }

private:
  std::string path_;
  // SQLiteCpp asks for a non-const database to prepare and to begin; that changes nothing about who holds it.
  mutable SQLite::Database db_;
};

/// A transaction that is rolled back unless `commit` was reached.
class transaction {
public:
  /// `reading` sees one snapshot throughout; `writing` is alone.
  enum class intent { reading, writing };

  transaction(const connection& on, intent what);
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;
  ~transaction();

  /// Durable when it returns. Throws a `failure` that says `in_doubt` when the disk did not tell.
  void commit();

private:
  const connection& on_;
  bool open_ = true;
};

/// The file's full name: one file, one name, whatever links lead to it.
std::string full_path(const std::string& path);

} // namespace sagad::sqlite
