#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sagad::chaos::storm {

/// A folder below the system's temporary one that is gone when this is, unless it was to be kept. Folders of storms
/// whose process was killed before it could tidy up are removed first. Throws `std::system_error`.
class private_folder {
public:
  private_folder();
  private_folder(const private_folder&) = delete;
  private_folder& operator=(const private_folder&) = delete;
  ~private_folder();

  const std::filesystem::path& path() const { return path_; }
  /// It stays: somebody will want to read what lies in it.
  void keep() { kept_ = true; }

private:
  std::filesystem::path path_;
  bool kept_ = false;
};

/// Ports of loopback that nobody listens on, below those that the system gives to outgoing connections, so that they
/// stay free until they are used.
std::vector<std::uint16_t> free_ports(std::size_t count);

/// The last `bytes` of a file, or nothing.
std::string tail_of(const std::filesystem::path& file, std::size_t bytes = 4'000);

/// Replaces the file. Throws `std::runtime_error`.
void write_file(const std::filesystem::path& file, const std::string& text);

} // namespace sagad::chaos::storm
