#include "workflows/checkout/order.hpp"

#include <algorithm>

#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/saga_definition.hpp"

namespace sagad::checkout {

namespace {

/// As in a submission; what was not given is left out.
json to_json(const fault& f) {
  json value{{"step", f.step}, {"kind", to_string(f.kind)}};
  if (f.times != 0)
    value["times"] = f.times;
  if (f.delay)
    value["ms"] = f.delay->count();
  if (!f.code.empty())
    value["code"] = f.code;
  return value;
}

fault fault_from(const json& value) {
  fault f;
  f.step = value.value("step", "");
  f.kind = fault_kind_from(value.value("kind", "")).value_or(fault_kind::kill);
  f.times = value.value("times", 0);
  if (const auto ms = value.find("ms"); ms != value.end())
    f.delay = milliseconds{ms->get<milliseconds::rep>()};
  f.code = value.value("code", "");
  return f;
}

json to_json(const std::vector<fault>& faults) {
  json list = json::array();
  for (const fault& f : faults)
    list.push_back(to_json(f));
  return list;
}

/// `count` units at `price`, none when that is more than an order may cost.
std::optional<money> cost(quantity count, money price) {
  if (price != 0 && count > amount_max / price)
    return std::nullopt;
  return count * price;
}

std::string field_of(std::size_t line, std::string_view name) {
  return "lines[" + std::to_string(line) + "]." + std::string{name};
}

bool takes_faults(std::string_view name) {
  constexpr std::string_view acceptance = "accept";
  return name == acceptance ||
         std::any_of(checkout_saga.steps.begin(), checkout_saga.steps.end(),
                     [name](const saga_step& s) { return name == s.name || (s.has_undo() && name == s.undo.name); });
}

} // namespace

std::string canonical_text(const submission& s) {
  json lines = json::array();
  for (const order_line& l : s.lines) {
    json line{{"sku", l.item.value}, {"quantity", l.count}};
    if (l.unit_price)
      line["unit_price"] = *l.unit_price;
    lines.push_back(std::move(line));
  }
  json value{{"customer_id", s.customer.value}, {"lines", std::move(lines)}};
  if (!s.order.value.empty())
    value["order_id"] = s.order.value;
  if (!s.faults.empty())
    value["faults"] = to_json(s.faults);
  return value.dump();
}

tl::expected<json, refusal> price_order(const submission& s, const price_lookup& price_of) {
  json lines = json::array();
  money total = 0;
  for (std::size_t i = 0; i < s.lines.size(); ++i) {
    const order_line& line = s.lines[i];
    const auto price = price_of(line.item);
    if (!price)
      return tl::unexpected{refusal{"UNKNOWN_SKU", field_of(i, "sku"),
                                    field_of(i, "sku") + " names " + line.item.value + ", which is not sold here."}};
    if (line.unit_price && *line.unit_price != *price)
      return tl::unexpected{refusal{"PRICE_CHANGED", field_of(i, "unit_price"),
                                    field_of(i, "unit_price") + " expects " + std::to_string(*line.unit_price) +
                                        " for " + line.item.value + ", which now costs " + std::to_string(*price) +
                                        "."}};
    const auto amount = cost(line.count, *price);
    if (!amount || *amount > amount_max - total)
      return tl::unexpected{refusal{"TOTAL_OVERFLOW", field_of(i, "quantity"),
                                    field_of(i, "quantity") + " takes the total above " + std::to_string(amount_max) +
                                        ", the most an order may cost."}};
    total += *amount;
    lines.push_back({{"sku", line.item.value}, {"quantity", line.count}, {"unit_price", *price}});
  }

  json input{
      {"order_id", s.order.value}, {"customer_id", s.customer.value}, {"lines", std::move(lines)}, {"total", total}};
  if (!s.faults.empty())
    input["faults"] = to_json(s.faults);
  return input;
}

money total_of(const json& input) { return input.at("total").get<money>(); }

std::vector<fault> faults_of(const json& input) {
  std::vector<fault> faults;
  if (const auto list = input.find("faults"); list != input.end())
    for (const json& f : *list)
      faults.push_back(fault_from(f));
  return faults;
}

std::optional<refusal> check_faults(const submission& s, bool allowed) {
  if (!s.faults.empty() && !allowed)
    return refusal{"FAULTS_NOT_ALLOWED", "faults",
                   "faults are taken only by a node that was started with --allow-faults."};
  for (std::size_t i = 0; i < s.faults.size(); ++i) {
    const std::string& step = s.faults[i].step;
    const std::string field = "faults[" + std::to_string(i) + "].step";
    if (!takes_faults(step))
      return refusal{"UNKNOWN_STEP", field, field + " names " + step + ", which is no step, no undo and not accept."};
  }
  return std::nullopt;
}

} // namespace sagad::checkout
