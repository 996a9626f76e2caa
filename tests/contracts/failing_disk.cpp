#include "tests/contracts/failing_disk.hpp"

#include <new>

#include <sqlite3.h>

namespace sagad::tests {

namespace {

using state = failing_disk::state;

state disk = state::works;
sqlite3_vfs* real_disk = nullptr;

/// Stands in front of the real file, whose own object follows it in the memory that SQLite gave.
struct file_in_front {
  sqlite3_file base;

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* real(sqlite3_file* f) { return reinterpret_cast<file_in_front*>(f)->real(); }

int write(sqlite3_file* f, const void* data, int size, sqlite3_int64 at) {
  if (disk == state::full)
    return SQLITE_FULL;
  if (disk == state::write_fails)
    return SQLITE_IOERR_WRITE;
  return real(f)->pMethods->xWrite(real(f), data, size, at);
}

int sync(sqlite3_file* f, int flags) {
  return disk == state::sync_fails ? SQLITE_IOERR_FSYNC : real(f)->pMethods->xSync(real(f), flags);
}

const sqlite3_io_methods methods{
    .iVersion = 2, // no memory mapping: every write passes here
    .xClose = [](sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); },
    .xRead = [](sqlite3_file* f, void* into, int size,
                sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), into, size, at); },
    .xWrite = write,
    .xTruncate = [](sqlite3_file* f, sqlite3_int64 size) { return real(f)->pMethods->xTruncate(real(f), size); },
    .xSync = sync,
    .xFileSize = [](sqlite3_file* f, sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); },
    .xLock = [](sqlite3_file* f, int lock) { return real(f)->pMethods->xLock(real(f), lock); },
    .xUnlock = [](sqlite3_file* f, int lock) { return real(f)->pMethods->xUnlock(real(f), lock); },
    .xCheckReservedLock = [](sqlite3_file* f, int* is) { return real(f)->pMethods->xCheckReservedLock(real(f), is); },
    .xFileControl = [](sqlite3_file* f, int op,
                       void* arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); },
    .xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); },
    .xDeviceCharacteristics = [](sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); },
    .xShmMap = [](sqlite3_file* f, int page, int size, int extend,
                  void volatile** at) { return real(f)->pMethods->xShmMap(real(f), page, size, extend, at); },
    .xShmLock = [](sqlite3_file* f, int offset, int n,
                   int flags) { return real(f)->pMethods->xShmLock(real(f), offset, n, flags); },
    .xShmBarrier = [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); },
    .xShmUnmap = [](sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); },
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open(sqlite3_vfs*, const char* name, sqlite3_file* f, int flags, int* flags_out) {
  auto* const front = new (f) file_in_front{};
  const int result = real_disk->xOpen(real_disk, name, front->real(), flags, flags_out);
  front->base.pMethods = front->real()->pMethods == nullptr ? nullptr : &methods;
  return result;
}

sqlite3_vfs vfs{};

} // namespace

failing_disk::failing_disk() {
  disk = state::works;
  real_disk = sqlite3_vfs_find(nullptr);
  vfs = *real_disk;
  vfs.zName = "failing-disk";
  vfs.szOsFile = static_cast<int>(sizeof(file_in_front)) + real_disk->szOsFile;
  vfs.xOpen = open;
  sqlite3_vfs_register(&vfs, 1);
}

failing_disk::~failing_disk() {
  sqlite3_vfs_unregister(&vfs);
  sqlite3_vfs_register(real_disk, 1);
}

void failing_disk::become(state s) { disk = s; }

} // namespace sagad::tests
