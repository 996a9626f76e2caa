#include "adapters/sqlite/connection.hpp"

#include <filesystem>

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>
#include <unistd.h>

#include "adapters/sqlite/failure.hpp"

namespace sagad::sqlite {

namespace {

constexpr int busy_poll_us = 1'000;
constexpr int busy_polls_max = 10'000;

/// SQLite's own busy timeout backs off to 100 ms between looks; a busy node leaves the file for less than that
/// between two batches, and an operator would never get a turn.
int wait_for_turn(void*, int polls) {
  if (polls >= busy_polls_max)
    return 0;
  usleep(busy_poll_us);
  return 1;
}

/// SQLite counts every allocation under a process-wide lock unless told not to before its first use; a seventh of
/// the store thread's time.
void turn_off_memory_statistics() {
  [[maybe_unused]] static const int told = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

SQLite::Database open(const std::string& path, if_absent what) {
  turn_off_memory_statistics();
  std::error_code unknown;
  const bool exists = std::filesystem::exists(path, unknown);
  if (!exists && what == if_absent::fail)
    throw failure{store_error::kind::unavailable, "there is no store at " + path + "; `sagad migrate` creates one"};
  if (std::filesystem::is_directory(path, unknown))
    throw failure{store_error::kind::unavailable, path + " is a directory, not a store"};
  const int flags = SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX | (exists ? 0 : SQLite::OPEN_CREATE);
  return SQLite::Database{path, flags};
}

/// The pages that a busy node touches again within seconds: all of its running orders.
constexpr auto tuning = R"(
  PRAGMA synchronous = FULL;        -- each commit is on the disk before it is answered
  PRAGMA wal_autocheckpoint = 8000; -- a hot page goes to the database file once for many commits
  PRAGMA cache_size = -131072;      -- KiB; not mmap: a file that shrinks under a map kills the process
  PRAGMA secure_delete = OFF;       -- Debian's default writes zeros over each deleted cell
  PRAGMA trusted_schema = OFF;
  PRAGMA cell_size_check = ON;      -- find damage where it is read
)";

} // namespace

connection::connection(const std::string& path, if_absent what) : path_(full_path(path)), db_(open(path_, what)) {
  sqlite3_busy_handler(db_.getHandle(), wait_for_turn, nullptr);
  db_.exec(tuning);
}

transaction::transaction(const connection& on, intent what) : on_(on) {
  on_.db().exec(what == intent::writing ? "BEGIN IMMEDIATE" : "BEGIN");
}

transaction::~transaction() {
  if (open_ && sqlite3_get_autocommit(on_.db().getHandle()) == 0)
    on_.db().tryExec("ROLLBACK");
}

void transaction::commit() {
  try {
    on_.db().exec("COMMIT");
  } catch (const SQLite::Exception& e) {
    // The last page may have reached the disk although its sync failed; a crash now would bring it back.
    if (e.getErrorCode() == SQLITE_IOERR)
      throw failure{store_error::kind::in_doubt,
                    "the disk did not confirm a commit to " + on_.path() + ": " + e.what()};
    throw;
  }
  open_ = false;
}

std::string full_path(const std::string& path) {
  std::error_code failed;
  const auto full = std::filesystem::weakly_canonical(path, failed);
  return failed ? path : full.string();
}

} // namespace sagad::sqlite
