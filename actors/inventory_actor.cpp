#include "actors/inventory_actor.hpp"

namespace sagad::actors {

namespace {

bool is_readable(const json& line) {
  return line.is_object() && line.contains("sku") && line["sku"].is_string() &&
         is_valid_id(line["sku"].get_ref<const std::string&>()) && line.contains("quantity") &&
         line["quantity"].is_number_integer() && line["quantity"].get<checkout::quantity>() > 0;
}

understood understand(const command& asked) {
  const json& p = asked.payload;
  if (!p.is_object() || !p.contains("lines") || !p["lines"].is_array())
    return tl::unexpected(std::string{"lines must be a list"});
  reservation wanted;
  for (const json& line : p["lines"]) {
    if (!is_readable(line))
      return tl::unexpected(std::string{"each of lines must have a sku and a positive quantity"});
    wanted.lines.push_back(
        {.item = sku{line["sku"]}, .count = line["quantity"].get<checkout::quantity>(), .unit_price = {}});
  }
  return wanted;
}

} // namespace

participant_actor::behavior_type inventory(participant_actor::stateful_pointer<participant_state> self,
                                           participant_surroundings around) {
  return run_participant(self, "inventory", understand, std::move(around));
}

} // namespace sagad::actors
