#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "workflows/refusal.hpp"

namespace sagad::tests {

/// The messages in deploy/protocol/examples/SUBJECT.json, which the schemas are held against too
/// (tests/house/protocol_test.py): what one takes, the other must.
class protocol_examples {
public:
  explicit protocol_examples(const std::string& subject);

  /// One that must be taken, by its name.
  const nlohmann::json& named(const std::string& name) const { return document_.at("good").at(name); }
  const nlohmann::json& good() const { return document_.at("good"); }

  struct refused_message {
    std::string name;
    /// `CODE at field`.
    std::string says;
    std::string text;
  };
  std::vector<refused_message> refused() const;

private:
  nlohmann::json document_;
};

/// `CODE at field`; insists that the sentence names the field and ends.
std::string said(const refusal& why);

} // namespace sagad::tests
