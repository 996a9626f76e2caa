#include "tools/sagactl/open_store.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "adapters/postgres/postgres_store.hpp"
#include "adapters/sqlite/sqlite_store.hpp"
#include "tools/common/store_url.hpp"

namespace sagad::ctl {

namespace {

using opened = tl::expected<std::unique_ptr<back_office>, open_failure>;

exit_code code_of(store_error::kind what) {
  return what == store_error::kind::forbidden ? exit_code::not_permitted : exit_code::failed;
}

opened judged(store_result<std::unique_ptr<back_office>> office, const std::string& store, const std::string& advice) {
  if (office)
    return std::move(*office);
  const store_error& error = office.error();
  const std::string because = error.detail.empty() ? std::string{to_string(error.what)} : error.detail;
  return tl::unexpected{open_failure{code_of(error.what), "Cannot open " + store + ": " + because + "." + advice}};
}

opened open_file(const tools::store_url& where) {
  const std::string store = to_text(where);
  const std::string file = where.sqlite_file.string();
  std::error_code unreadable;
  if (!std::filesystem::exists(where.sqlite_file, unreadable) && !unreadable)
    return tl::unexpected{open_failure{exit_code::not_found, "There is no store at " + file +
                                                                 ". Run `sagad migrate --store " + store +
                                                                 "`, or start a node with that store."}};
  if (unreadable == std::errc::permission_denied || (!unreadable && ::access(file.c_str(), R_OK | W_OK) != 0))
    return tl::unexpected{
        open_failure{exit_code::not_permitted,
                     "The store at " + file + " may not be read and written by you; run sagactl as its owner."}};
  auto office = sqlite::open_back_office(file);
  const bool other_schema = !office && office.error().what == store_error::kind::schema;
  return judged(std::move(office), store, other_schema ? "" : " Check the path, or try again.");
}

/// Its errors name the store and say what to do themselves.
opened open_server(const tools::store_url& where) {
  return judged(postgres::open_back_office(where.postgres), "the store", "");
}

} // namespace

opened open_store(const std::string& url) {
  const auto where = tools::parse_store_url(url);
  if (!where)
    return tl::unexpected{open_failure{exit_code::usage, where.error()}};
  return where->is_postgres() ? open_server(*where) : open_file(*where);
}

} // namespace sagad::ctl
