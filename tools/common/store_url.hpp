#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace sagad::tools {

/// Where the durable state is kept: in a file, or in a database of a PostgreSQL server.
struct store_url {
  std::filesystem::path sqlite_file;
  /// As it was given, for libpq. May hold a password: never to be shown. Empty for a file.
  std::string postgres{};

  bool is_postgres() const { return !postgres.empty(); }

  friend bool operator==(const store_url&, const store_url&) = default;
};

/// `sqlite:PATH` or `postgresql://USER@HOST:PORT/DATABASE`, as in front of people and in messages: without secrets.
std::string to_text(const store_url& url);

/// Reads `sqlite:PATH`, `postgresql://...` or `postgres://...`. The error is a sentence that says what to write
/// instead, and does not quote what was written.
tl::expected<store_url, std::string> parse_store_url(std::string_view text);

} // namespace sagad::tools
