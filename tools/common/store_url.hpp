#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace sagad::tools {

/// Where the durable state is kept. One file so far; a PostgreSQL store will be an alternative to it.
struct store_url {
  std::filesystem::path sqlite_file;

  friend bool operator==(const store_url&, const store_url&) = default;
};

/// `sqlite:PATH`, as in front of people and in messages.
std::string to_text(const store_url& url);

/// Reads `sqlite:PATH`. The error is a sentence that says what to write instead.
tl::expected<store_url, std::string> parse_store_url(std::string_view text);

} // namespace sagad::tools
