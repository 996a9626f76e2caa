#include "workflows/strict_json.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace sagad {

namespace {

refusal malformed_at(std::size_t position) {
  return {"MALFORMED_JSON", "", "The text is not valid JSON at byte " + std::to_string(position) + "."};
}

/// nlohmann's own handler forgives repeated keys and any depth; this one builds the same value and does not.
class strict_builder final : public nlohmann::json_sax<json> {
public:
  explicit strict_builder(std::size_t depth_max) : depth_max_(depth_max) {}

  bool null() override { return put(nullptr) != nullptr; }
  bool boolean(bool value) override { return put(value) != nullptr; }
  bool number_integer(std::int64_t value) override { return put(value) != nullptr; }
  bool number_unsigned(std::uint64_t value) override { return put(value) != nullptr; }
  bool string(std::string& value) override { return put(std::move(value)) != nullptr; }
  bool binary(json::binary_t&) override { return false; } // JSON has none

  bool number_float(double value, const std::string& text) override {
    if (text.find_first_of(".eE") != std::string::npos)
      return put(value) != nullptr;
    if (text.starts_with('-'))
      return number_integer(std::numeric_limits<std::int64_t>::min());
    return number_unsigned(std::numeric_limits<std::uint64_t>::max());
  }

  bool start_object(std::size_t) override { return open(json::object()); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(std::string& name) override {
    level& in = open_.back();
    in.key = name;
    if (!in.container->contains(name))
      return true;
    return refuse("DUPLICATE_FIELD", path(), path() + " is given more than once.");
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    constexpr int number_overflow = 406;
    if (error.id == number_overflow)
      return refuse("OUT_OF_RANGE", path(), (open_.empty() ? "The text" : path()) + " is a number beyond any range.");
    problem_ = malformed_at(position);
    return false;
  }

  tl::expected<json, refusal> take() {
    if (problem_)
      return tl::unexpected{std::move(*problem_)};
    return std::move(root_);
  }

private:
  struct level {
    json* container;
    std::string key; // of the member being read
  };

  /// Where the value being read stands: `lines[2].quantity`.
  std::string path() const {
    std::string text;
    for (const level& in : open_) {
      const bool innermost = &in == &open_.back();
      if (in.container->is_array()) // a container counts as a member as soon as it opens, a number when it is read
        text += '[' + std::to_string(in.container->size() - (innermost ? 0 : 1)) + ']';
      else
        text += (text.empty() ? "" : ".") + printable(in.key);
    }
    return text;
  }

  json* put(json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    const level& in = open_.back();
    if (in.container->is_array()) {
      in.container->push_back(std::move(value));
      return &in.container->back();
    }
    return &((*in.container)[in.key] = std::move(value));
  }

  bool open(json container) {
    if (open_.size() == depth_max_)
      return refuse("TOO_DEEP", path(),
                    (open_.empty() ? "The text" : path()) + " nests more than " + std::to_string(depth_max_) +
                        " levels deep.");
    json* const inside = put(std::move(container));
    open_.push_back({inside, {}});
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  bool refuse(std::string code, std::string field, std::string message) {
    problem_ = refusal{std::move(code), std::move(field), std::move(message)};
    return false;
  }

  std::size_t depth_max_;
  json root_;
  std::vector<level> open_;
  std::optional<refusal> problem_;
};

} // namespace

tl::expected<json, refusal> parse_strict_json(std::string_view text, const json_bounds& bounds) {
  if (text.size() > bounds.bytes_max)
    return tl::unexpected{
        refusal{"TOO_LARGE", "", "The text is longer than " + std::to_string(bounds.bytes_max) + " bytes."}};
  // nlohmann takes a zero byte for the end and would not look at what follows.
  if (const auto zero = text.find('\0'); zero != std::string_view::npos)
    return tl::unexpected{malformed_at(zero + 1)};
  strict_builder builder{bounds.depth_max};
  json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

std::string printable(std::string_view text) {
  constexpr std::size_t length_max = 64;
  std::string plain{text.substr(0, length_max)};
  for (char& c : plain)
    if (c < ' ' || c > '~')
      c = '?';
  return text.size() > length_max ? plain + "..." : plain;
}

} // namespace sagad
