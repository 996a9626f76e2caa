#include <utility>

#include "workflows/checkout/order.hpp"
#include "workflows/checkout/order_named_in.hpp"
#include "workflows/object_reader.hpp"
#include "workflows/read_fault.hpp"
#include "workflows/strict_json.hpp"

namespace sagad::checkout {

namespace {

/// A submission nests three levels; the rest is room for a clear answer about what is too deep and where.
constexpr json_bounds bounds{.bytes_max = submission_bytes_max, .depth_max = 16};

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
  fault f = sagad::read_fault(fields);
  f.step = fields.id("step");
  if (const auto times = fields.optional_integer("times", 1, fault_times_max))
    f.times = static_cast<int>(*times);
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

  verdict_on_input verdict{"The submission"};
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

order_id order_named_in(std::string_view submission) {
  const auto document = parse_strict_json(submission, bounds);
  if (!document || !document->is_object())
    return {};
  const auto named = document->find("order_id");
  if (named == document->end() || !named->is_string() || !is_valid_id(named->get_ref<const std::string&>()))
    return {};
  return order_id{named->get<std::string>()};
}

} // namespace sagad::checkout
