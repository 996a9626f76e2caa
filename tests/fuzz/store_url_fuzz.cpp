// Throws arbitrary bytes at the reader of stores' URLs. What it takes is shown without its password, wherever a person
// forgot to encode it; what it refuses must say so in a sentence.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/fuzz/insist.hpp"
#include "tools/common/store_url.hpp"

namespace {

using namespace sagad::tools;
using sagad::fuzz::insist;

constexpr std::string_view secret = "s3cret";

void check_one(std::string_view text) {
  const auto read = parse_store_url(text);
  if (!read) {
    insist(read.error().ends_with('.'));
    return;
  }
  const std::string shown = to_text(*read);
  if (read->is_postgres())
    insist(read->sqlite_file.empty() && shown.starts_with("postgresql://"));
  else
    insist(!read->sqlite_file.empty() && parse_store_url(shown) == *read);
}

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

bool has_no(std::string_view unwanted, std::string_view text) {
  return text.find_first_of(unwanted) == std::string_view::npos;
}

/// Lines: the user, what stands before and behind the secret in the password, and all behind the password.
void check_password(std::string_view text) {
  if (text.find(secret) != std::string_view::npos)
    return;
  const std::string user{take_line(text)};
  const std::string before{take_line(text)};
  const std::string behind{take_line(text)};
  // Otherwise it would be no password by anybody's reading.
  if (!has_no(":/?@", user))
    return;
  std::string url = "postgresql://" + user + ':' + before;
  url += secret;
  url += behind + '@';
  url += text;
  check_one(url);
  const auto read = parse_store_url(url);
  insist((read ? to_text(*read) : read.error()).find(secret) == std::string::npos);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_one(text);
  check_password(text);
  return 0;
}
