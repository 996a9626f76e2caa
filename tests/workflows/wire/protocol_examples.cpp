#include "tests/workflows/wire/protocol_examples.hpp"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

namespace sagad::tests {

protocol_examples::protocol_examples(const std::string& subject) {
  const auto root = std::filesystem::path{__FILE__}.parent_path() / ".." / ".." / "..";
  std::ifstream in{root / "deploy" / "protocol" / "examples" / (subject + ".json")};
  REQUIRE(in.is_open());
  document_ = nlohmann::json::parse(in);
}

std::vector<protocol_examples::refused_message> protocol_examples::refused() const {
  std::vector<refused_message> found;
  for (const auto& [name, each] : document_.at("refused").items())
    found.push_back({.name = name, .says = each.at("says"), .text = each.at("message").dump()});
  return found;
}

std::string said(const refusal& why) {
  CHECK(why.message.find(why.field) != std::string::npos);
  CHECK(why.message.ends_with('.'));
  return why.field.empty() ? why.code : why.code + " at " + why.field;
}

} // namespace sagad::tests
