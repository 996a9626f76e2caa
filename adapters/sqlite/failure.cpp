#include "adapters/sqlite/failure.hpp"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

namespace sagad::sqlite {

store_error error_from(const SQLite::Exception& e, const std::string& path) {
  using enum store_error::kind;
  const std::string said = e.what();
  switch (e.getErrorCode()) {
  case SQLITE_NOTADB:
    return {corrupt, path + " is not a SQLite database"};
  case SQLITE_CORRUPT:
    return {corrupt, path + " is damaged: " + said};
  case SQLITE_FULL:
    return {unavailable, "the disk that holds " + path + " is full"};
  case SQLITE_READONLY:
  case SQLITE_PERM:
    return {unavailable, path + " may not be written: " + said};
  case SQLITE_CANTOPEN:
    return {unavailable, path + " cannot be opened: " + said};
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return {unavailable, path + " is busy: another process has been writing to it for too long"};
  case SQLITE_IOERR:
    return {unavailable, "reading or writing " + path + " failed: " + said};
  default:
    return {unavailable, path + ": " + said};
  }
}

store_error current_error(const std::string& path) {
  try {
    throw;
  } catch (const failure& f) {
    return f.error;
  } catch (const SQLite::Exception& e) {
    return error_from(e, path);
  } catch (const std::exception& e) {
    return {store_error::kind::unavailable, path + ": " + e.what()};
  }
}

} // namespace sagad::sqlite
