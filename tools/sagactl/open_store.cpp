#include "tools/sagactl/open_store.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "adapters/sqlite/sqlite_store.hpp"
#include "tools/common/store_url.hpp"

namespace sagad::ctl {

tl::expected<std::unique_ptr<back_office>, open_failure> open_store(const std::string& url) {
  const auto where = tools::parse_store_url(url);
  if (!where)
    return tl::unexpected{open_failure{exit_code::usage, where.error()}};

  const std::string file = where->sqlite_file.string();
  const std::string make_one = " Run `sagad migrate --store " + url + "`, or start a node with that store.";
  std::error_code unreadable;
  if (!std::filesystem::exists(where->sqlite_file, unreadable) && !unreadable)
    return tl::unexpected{open_failure{exit_code::not_found, "There is no store at " + file + "." + make_one}};
  if (unreadable == std::errc::permission_denied || (!unreadable && ::access(file.c_str(), R_OK | W_OK) != 0))
    return tl::unexpected{
        open_failure{exit_code::not_permitted,
                     "The store at " + file + " may not be read and written by you; run sagactl as its owner."}};

  auto office = sqlite::open_back_office(file);
  if (office)
    return std::move(*office);
  const store_error& error = office.error();
  const std::string because = error.detail.empty() ? std::string{to_string(error.what)} : error.detail;
  const std::string advice = error.what == store_error::kind::schema ? make_one : " Check the path, or try again.";
  return tl::unexpected{open_failure{exit_code::failed, "Cannot open " + url + ": " + because + "." + advice}};
}

} // namespace sagad::ctl
