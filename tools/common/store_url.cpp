#include "tools/common/store_url.hpp"

namespace sagad::tools {

namespace {
constexpr std::string_view sqlite_scheme = "sqlite:";
} // namespace

std::string to_text(const store_url& url) { return std::string{sqlite_scheme} + url.sqlite_file.string(); }

tl::expected<store_url, std::string> parse_store_url(std::string_view text) {
  if (text.starts_with("postgresql:") || text.starts_with("postgres:"))
    return tl::unexpected{std::string{"The PostgreSQL store is not built in yet; use --store sqlite:PATH."}};
  if (!text.starts_with(sqlite_scheme))
    return tl::unexpected{std::string{"The store must be written as sqlite:PATH, for example --store sqlite:shop.db."}};
  text.remove_prefix(sqlite_scheme.size());
  // sqlite://host is not a thing, and sqlite:///abs/path is what people know from other tools.
  if (text.starts_with("///"))
    text.remove_prefix(2);
  // SQLite would take :memory: and file: for something else than a file of that name.
  if (text.empty() || text.starts_with("//") || text.starts_with(':') || text.starts_with("file:") ||
      text.find('\0') != std::string_view::npos)
    return tl::unexpected{
        std::string{"The store sqlite:PATH needs the path of a file, for example --store sqlite:shop.db."}};
  return store_url{std::filesystem::path{text}};
}

} // namespace sagad::tools
