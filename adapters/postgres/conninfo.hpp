#pragma once

#include <optional>
#include <string>

namespace sagad::postgres {

/// Who connects, and what for: decides which settings the connection gets.
enum class purpose { drive, operate };

/// A connection URL, understood. What it says wins over our settings.
struct conninfo {
  /// For libpq. Holds the password, if the URL did: never to be shown.
  std::string text;
  /// For people: `postgresql://user@host:port/database`.
  std::string name;
};

/// Throws a `failure` that does not quote the URL when it is none. `as` is what the server shows the connection as.
conninfo read_url(const std::string& url, purpose what_for, const std::string& as);

/// The URL for people: without password and parameters. None when it is none.
std::optional<std::string> public_name(const std::string& url);

} // namespace sagad::postgres
