#include "tools/common/store_url.hpp"

#include <catch2/catch.hpp>

using namespace sagad::tools;

TEST_CASE("an embedded store is named by its file", "[store_url]") {
  CHECK(parse_store_url("sqlite:shop.db")->sqlite_file == "shop.db");
  CHECK(parse_store_url("sqlite:/var/lib/sagad/shop.db")->sqlite_file == "/var/lib/sagad/shop.db");
  CHECK(parse_store_url("sqlite:///var/lib/shop.db")->sqlite_file == "/var/lib/shop.db");
  CHECK(to_text(*parse_store_url("sqlite:shop.db")) == "sqlite:shop.db");
}

TEST_CASE("a server's store is named by its URL, and shown without its secrets", "[store_url]") {
  const std::string text = "postgresql://shop:s3cret@db.example:5433/orders?sslmode=verify-full&sslpassword=s3cret";
  const auto url = parse_store_url(text);
  REQUIRE(url);
  CHECK(url->is_postgres());
  CHECK(url->postgres == text);
  CHECK(to_text(*url) == "postgresql://shop@db.example:5433/orders");
  CHECK(to_text(*parse_store_url("postgres://localhost/shop")) == "postgresql://localhost/shop");
  CHECK_FALSE(parse_store_url("sqlite:shop.db")->is_postgres());
}

TEST_CASE("a URL that cannot be read is not quoted", "[store_url]") {
  const auto url = parse_store_url("postgresql://shop:s3cret%zz@db/orders");
  REQUIRE_FALSE(url);
  CHECK(url.error().find("s3cret") == std::string::npos);
  CHECK(url.error().find("postgresql://USER@HOST:PORT/DATABASE") != std::string::npos);
}

TEST_CASE("a URL whose password was not encoded is refused, for its end would be shown", "[store_url]") {
  const auto text = GENERATE(as<std::string>{}, "postgresql://shop:not@s3cret@db/orders",
                             "postgresql://shop:5/s3cret@db/orders", "postgresql://shop:@s3cret/?sslmode=no@db",
                             "postgresql://shop:s3cret", "postgresql://shop:s3cret/orders");
  const auto url = parse_store_url(text);
  INFO(text);
  REQUIRE_FALSE(url);
  CHECK(url.error().find("percent-encoded") != std::string::npos);
  CHECK(url.error().find("s3cret") == std::string::npos);
}

TEST_CASE("special characters that are encoded, and several hosts, are read", "[store_url]") {
  CHECK(to_text(*parse_store_url("postgresql://shop:a%40b%2Fc@one:5432,two:5433/orders")) ==
        "postgresql://shop@one:5432,two:5433/orders");
  CHECK(to_text(*parse_store_url("postgresql://shop@/orders?host=%2Frun%2Fpg&application_name=a%40b")) ==
        "postgresql://shop@%2Frun%2Fpg/orders");
}

TEST_CASE("any other store is refused with what to write instead", "[store_url]") {
  const auto text =
      GENERATE(as<std::string>{}, "", "shop.db", "sqlite:", "sqlite://", "sqlite://host/shop.db", "SQLITE:x",
               "sqlite::memory:", "sqlite:file:x?mode=memory", "postgresql:shop", "postgres://h/%zz", "mysql:shop");
  const auto url = parse_store_url(text);
  REQUIRE_FALSE(url);
  CHECK(url.error().find("sqlite:") != std::string::npos);
}
