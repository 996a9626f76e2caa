#include "tools/common/store_url.hpp"

#include "adapters/postgres/conninfo.hpp"

namespace sagad::tools {

namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

tl::expected<store_url, std::string> parse_postgres(std::string_view text) {
  store_url url{.sqlite_file = {}, .postgres = std::string{text}};
  if (text.find('\0') == std::string_view::npos && postgres::public_name(url.postgres))
    return url;
  return tl::unexpected{std::string{"The store's URL cannot be read; write it as postgresql://USER@HOST:PORT/DATABASE, "
                                    "with special characters percent-encoded, or sqlite:PATH."}};
}

} // namespace

std::string to_text(const store_url& url) {
  if (url.is_postgres())
    return postgres::public_name(url.postgres).value_or("postgresql:");
  return std::string{sqlite_scheme} + url.sqlite_file.string();
}

tl::expected<store_url, std::string> parse_store_url(std::string_view text) {
  if (text.starts_with("postgresql:") || text.starts_with("postgres:"))
    return parse_postgres(text);
  if (!text.starts_with(sqlite_scheme))
    return tl::unexpected{
        std::string{"The store must be written as sqlite:PATH or postgresql://USER@HOST:PORT/DATABASE, "
                    "for example --store sqlite:shop.db."}};
  text.remove_prefix(sqlite_scheme.size());
  // sqlite://host is not a thing, and sqlite:///abs/path is what people know from other tools.
  if (text.starts_with("///"))
    text.remove_prefix(2);
  // SQLite would take :memory: and file: for something else than a file of that name.
  if (text.empty() || text.starts_with("//") || text.starts_with(':') || text.starts_with("file:") ||
      text.find('\0') != std::string_view::npos)
    return tl::unexpected{
        std::string{"The store sqlite:PATH needs the path of a file, for example --store sqlite:shop.db."}};
  return store_url{.sqlite_file = std::filesystem::path{text}};
}

} // namespace sagad::tools
