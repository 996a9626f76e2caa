#include "tests/contracts/temp_folder.hpp"

#include <cstdlib>
#include <system_error>

#include <unistd.h>

namespace sagad::tests {

namespace {

/// In memory where there is a file system in memory: these suites are about answers, and a commit there does not
/// wait for a disk.
std::filesystem::path quick_place() {
  const std::filesystem::path memory = "/dev/shm";
  return ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
}

} // namespace

temp_folder::temp_folder() {
  std::string name = (quick_place() / "sagad-contracts-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw std::system_error{errno, std::generic_category(), "no temporary folder"};
  path_ = name;
}

temp_folder::~temp_folder() {
  std::error_code nothing_can_be_done;
  std::filesystem::remove_all(path_, nothing_can_be_done);
}

} // namespace sagad::tests
