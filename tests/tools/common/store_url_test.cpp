#include "tools/common/store_url.hpp"

#include <catch2/catch.hpp>

using namespace sagad::tools;

TEST_CASE("an embedded store is named by its file", "[store_url]") {
  CHECK(parse_store_url("sqlite:shop.db")->sqlite_file == "shop.db");
  CHECK(parse_store_url("sqlite:/var/lib/sagad/shop.db")->sqlite_file == "/var/lib/sagad/shop.db");
  CHECK(parse_store_url("sqlite:///var/lib/shop.db")->sqlite_file == "/var/lib/shop.db");
  CHECK(to_text(*parse_store_url("sqlite:shop.db")) == "sqlite:shop.db");
}

TEST_CASE("any other store is refused with what to write instead", "[store_url]") {
  const auto text =
      GENERATE(as<std::string>{}, "", "shop.db", "sqlite:", "sqlite://", "sqlite://host/shop.db", "SQLITE:x",
               "sqlite::memory:", "sqlite:file:x?mode=memory", "postgresql://localhost/shop", "mysql:shop");
  const auto url = parse_store_url(text);
  REQUIRE_FALSE(url);
  CHECK(url.error().find("sqlite:") != std::string::npos);
}
