#include <algorithm>
#include <initializer_list>
#include <limits>
#include <utility>

#include "workflows/checkout/order.hpp"
#include "workflows/strict_json.hpp"

namespace sagad::checkout {

namespace {

/// A submission nests three levels; the rest is room for a clear answer about what is too deep and where.
constexpr json_bounds bounds{.bytes_max = submission_bytes_max, .depth_max = 16};

/// The first thing that is wrong. Whatever comes after it is not looked at.
class verdict_on_input {
public:
  bool fine() const { return !wrong_; }

  /// `what` completes the sentence that begins with the field: "lines[0].sku" "is missing".
  void refuse(std::string code, const std::string& field, const std::string& what) {
    if (fine())
      wrong_ = refusal{std::move(code), field, (field.empty() ? "The submission" : field) + ' ' + what + '.'};
  }

  refusal take() { return std::move(*wrong_); }

private:
  std::optional<refusal> wrong_;
};

/// Reads the members of one JSON object. What it returns means something only while the verdict is fine.
class object_reader {
public:
  object_reader(const json& object, std::string path, verdict_on_input& verdict,
                std::initializer_list<std::string_view> known)
      : object_(object), path_(std::move(path)), verdict_(verdict) {
    if (!object.is_object())
      verdict.refuse("WRONG_TYPE", path_, "must be an object");
    for (const auto& member : object.items())
      if (std::find(known.begin(), known.end(), member.key()) == known.end())
        refuse("UNKNOWN_FIELD", printable(member.key()), "is not a known field");
  }

  std::string path_of(std::string_view name) const { return (path_.empty() ? "" : path_ + '.') + std::string{name}; }

  void refuse(std::string code, std::string_view name, const std::string& what) {
    verdict_.refuse(std::move(code), path_of(name), what);
  }

  bool has(std::string_view name) const { return verdict_.fine() && object_.contains(name); }

  std::string optional_id(std::string_view name) { return has(name) ? id(name) : std::string{}; }

  std::string id(std::string_view name) {
    std::string text = string(name);
    if (verdict_.fine() && !is_valid_id(text))
      refuse("INVALID_ID", name, "must be 1 to 128 characters of A-Z a-z 0-9 . _ : -");
    return text;
  }

  std::string string(std::string_view name) {
    const json* const member = require(name);
    if (member == nullptr)
      return {};
    if (!member->is_string()) {
      refuse("WRONG_TYPE", name, "must be a string");
      return {};
    }
    return member->get<std::string>();
  }

  std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t min, std::int64_t max) {
    if (!has(name))
      return std::nullopt;
    return integer(name, min, max);
  }

  std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max) {
    const json* const member = require(name);
    if (member == nullptr)
      return min;
    if (!member->is_number_integer()) {
      refuse("WRONG_TYPE", name, "must be an integer, written without a point or an exponent");
      return min;
    }
    constexpr auto int64_max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const bool beyond_int64 = member->is_number_unsigned() && member->get<std::uint64_t>() > int64_max;
    const auto value = beyond_int64 ? min : member->get<std::int64_t>();
    if (beyond_int64 || value < min || value > max)
      refuse("OUT_OF_RANGE", name, "must be between " + std::to_string(min) + " and " + std::to_string(max));
    return value;
  }

  /// A list, or an empty one in its stead.
  const json& list(std::string_view name, std::size_t count_min, std::size_t count_max) {
    static const json nothing = json::array();
    const json* const member = require(name);
    if (member == nullptr)
      return nothing;
    if (!member->is_array()) {
      refuse("WRONG_TYPE", name, "must be a list");
      return nothing;
    }
    if (member->size() < count_min || member->size() > count_max) {
      refuse("OUT_OF_RANGE", name,
             "must have between " + std::to_string(count_min) + " and " + std::to_string(count_max) + " entries");
      return nothing;
    }
    return *member;
  }

private:
  const json* require(std::string_view name) {
    if (!verdict_.fine())
      return nullptr;
    const auto member = object_.find(name);
    if (member == object_.end()) {
      refuse("MISSING_FIELD", name, "is missing");
      return nullptr;
    }
    return &*member;
  }

  const json& object_;
  std::string path_;
  verdict_on_input& verdict_;
};

order_line read_line(const json& value, std::string path, verdict_on_input& verdict) {
  object_reader fields{value, std::move(path), verdict, {"sku", "quantity", "unit_price"}};
  order_line line;
  line.item = sku{fields.id("sku")};
  line.count = fields.integer("quantity", 1, amount_max);
  line.unit_price = fields.optional_integer("unit_price", 0, amount_max);
  return line;
}

fault read_fault(const json& value, std::string path, verdict_on_input& verdict) {
  object_reader fields{value, std::move(path), verdict, {"step", "kind", "times", "ms", "code"}};
  fault f;
  f.step = fields.id("step");

  const auto kind = fault_kind_from(fields.string("kind"));
  if (!kind)
    fields.refuse("UNKNOWN_KIND", "kind",
                  "must be kill, kill-after, stall, refuse, lose-reply, duplicate-reply or late-reply");
  f.kind = kind.value_or(fault_kind::kill);

  if (const auto times = fields.optional_integer("times", 1, fault_times_max))
    f.times = static_cast<int>(*times);

  const bool delays = f.kind == fault_kind::stall || f.kind == fault_kind::late_reply;
  if (fields.has("ms") && !delays)
    fields.refuse("UNKNOWN_FIELD", "ms", "belongs to the kinds stall and late-reply only");
  if (const auto ms = fields.optional_integer("ms", 0, fault_delay_ms_max))
    f.delay = milliseconds{*ms};

  const bool refuses = f.kind == fault_kind::refuse;
  if (fields.has("code") && !refuses)
    fields.refuse("UNKNOWN_FIELD", "code", "belongs to the kind refuse only");
  if (refuses)
    f.code = fields.id("code");
  return f;
}

std::string element(std::string_view list, std::size_t index) {
  return std::string{list} + '[' + std::to_string(index) + ']';
}

} // namespace

tl::expected<submission, refusal> parse_submission(std::string_view text) {
  const auto document = parse_strict_json(text, bounds);
  if (!document)
    return tl::unexpected{document.error()};

  verdict_on_input verdict;
  object_reader fields{*document, "", verdict, {"order_id", "customer_id", "lines", "faults"}};
  submission s;
  s.order = order_id{fields.optional_id("order_id")};
  s.customer = customer_id{fields.id("customer_id")};
  for (const json& line : fields.list("lines", 1, order_lines_max))
    s.lines.push_back(read_line(line, element("lines", s.lines.size()), verdict));
  if (fields.has("faults"))
    for (const json& f : fields.list("faults", 0, order_faults_max))
      s.faults.push_back(read_fault(f, element("faults", s.faults.size()), verdict));

  if (!verdict.fine())
    return tl::unexpected{verdict.take()};
  return s;
}

} // namespace sagad::checkout
