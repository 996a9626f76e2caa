#include "tools/sagachaos/storm/private_folder.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sagad::chaos::storm {

namespace {

constexpr std::string_view folder_prefix = "sagachaos-storm-";

void remove_abandoned(const std::filesystem::path& where) {
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator{where, unreadable}) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(folder_prefix))
      continue;
    const std::string pid = name.substr(folder_prefix.size(), name.rfind('-') - folder_prefix.size());
    const bool is_pid =
        !pid.empty() && std::all_of(pid.begin(), pid.end(), [](unsigned char c) { return std::isdigit(c); });
    std::error_code ignored;
    // A storm that wanted its folder kept says so in it.
    if (is_pid && !std::filesystem::exists("/proc/" + pid, ignored) &&
        !std::filesystem::exists(entry.path() / "kept", ignored))
      std::filesystem::remove_all(entry.path(), ignored);
  }
}

bool is_free(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return bound;
}

} // namespace

private_folder::private_folder() {
  const auto where = std::filesystem::temp_directory_path();
  remove_abandoned(where);
  std::string name = (where / (std::string{folder_prefix} + std::to_string(::getpid()) + "-XXXXXX")).string();
  if (::mkdtemp(name.data()) == nullptr)
    throw std::system_error{errno, std::generic_category(), "cannot make a folder in " + where.string()};
  path_ = name;
  // The database's user passes through to its own folder.
  std::filesystem::permissions(path_, std::filesystem::perms{0711});
}

private_folder::~private_folder() {
  std::error_code nothing_can_be_done;
  if (kept_)
    std::ofstream{path_ / "kept"} << "a storm ended badly: what it left here is for you to read and to remove\n";
  else
    std::filesystem::remove_all(path_, nothing_can_be_done);
}

std::vector<std::uint16_t> free_ports(std::size_t count) {
  constexpr std::uint16_t lowest = 10'000, highest = 31'999;
  std::random_device random;
  std::uniform_int_distribution<std::uint16_t> any{lowest, highest};
  std::vector<std::uint16_t> ports;
  while (ports.size() < count)
    if (const auto port = any(random); is_free(port) && std::find(ports.begin(), ports.end(), port) == ports.end())
      ports.push_back(port);
  return ports;
}

std::string tail_of(const std::filesystem::path& file, std::size_t bytes) {
  std::ifstream in{file, std::ios::binary | std::ios::ate};
  if (!in)
    return {};
  const auto size = static_cast<std::size_t>(in.tellg());
  in.seekg(static_cast<std::streamoff>(size - std::min(size, bytes)));
  return {std::istreambuf_iterator<char>{in}, {}};
}

void write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out{file, std::ios::binary};
  out << text;
  if (!out.flush())
    throw std::runtime_error{file.string() + " cannot be written"};
}

} // namespace sagad::chaos::storm
