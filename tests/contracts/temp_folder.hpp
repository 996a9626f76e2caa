#pragma once

#include <filesystem>
#include <string>

namespace sagad::tests {

/// A folder of its own, gone with the object.
class temp_folder {
public:
  temp_folder();
  temp_folder(const temp_folder&) = delete;
  temp_folder& operator=(const temp_folder&) = delete;
  ~temp_folder();

  const std::filesystem::path& path() const { return path_; }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
  std::filesystem::path path_;
};

} // namespace sagad::tests
