#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

#include "tests/workflows/short_definitions.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/saga_graph.hpp"

namespace sagad::tests {

namespace {

/// As in ARCHITECTURE.md, below `<!-- checkout-graph -->`.
constexpr std::string_view checkout_picture = R"(flowchart TB
  accepted([accepted])
  charge_payment[charge-payment]
  reserve_inventory[reserve-inventory]
  schedule_delivery[schedule-delivery]
  confirm_order{{confirm-order}}
  notify_customer[notify-customer]
  completed([completed])
  refund_payment[/refund-payment/]
  release_inventory[/release-inventory/]
  cancel_delivery[/cancel-delivery/]
  withdraw_confirmation[/withdraw-confirmation/]
  rolled_back([rolled_back])
  held([held for a person])
  accepted --> charge_payment
  charge_payment --> reserve_inventory
  reserve_inventory --> schedule_delivery
  schedule_delivery --> confirm_order
  confirm_order ==> notify_customer
  notify_customer ==> completed
  charge_payment -.->|refused| rolled_back
  charge_payment -.->|in doubt, cancelled| refund_payment
  reserve_inventory -.->|refused| refund_payment
  reserve_inventory -.->|in doubt, cancelled| release_inventory
  schedule_delivery -.->|refused| release_inventory
  schedule_delivery -.->|in doubt, cancelled| cancel_delivery
  confirm_order -.->|refused| cancel_delivery
  confirm_order -.->|in doubt, cancelled| withdraw_confirmation
  notify_customer -.->|refused, exhausted| held
  withdraw_confirmation -.->|it had happened| notify_customer
  withdraw_confirmation --> cancel_delivery
  cancel_delivery --> release_inventory
  release_inventory --> refund_payment
  refund_payment --> rolled_back
  refund_payment & release_inventory & cancel_delivery & withdraw_confirmation -.->|exhausted| held
)";

/// The Mermaid block after `marker`; empty when there is no such marker.
std::string block_after(std::string_view marker, const std::filesystem::path& file) {
  std::ifstream in{file};
  std::ostringstream all;
  all << in.rdbuf();
  const std::string text = all.str();
  const std::size_t marked = text.find(marker);
  if (marked == std::string::npos)
    return {};
  constexpr std::string_view fence = "```mermaid\n";
  const std::size_t begin = text.find(fence, marked);
  const std::size_t end = text.find("```", begin == std::string::npos ? begin : begin + fence.size());
  if (end == std::string::npos)
    return "no Mermaid block after " + std::string{marker};
  return text.substr(begin + fence.size(), end - begin - fence.size());
}

} // namespace

TEST_CASE("the checkout draws itself", "[graph]") { CHECK(to_mermaid(checkout::checkout_saga) == checkout_picture); }

TEST_CASE("the picture in ARCHITECTURE.md is the one that the checkout draws", "[graph]") {
  const auto root = std::filesystem::path{__FILE__}.parent_path() / ".." / "..";
  const std::string drawn = block_after("<!-- checkout-graph -->", root / "ARCHITECTURE.md");
  CHECK(drawn == to_mermaid(checkout::checkout_saga));
}

TEST_CASE("a pivot without an undo is held while in doubt", "[graph]") {
  CHECK(to_mermaid(only_final_pivot) == R"(flowchart TB
  accepted([accepted])
  pivot{{pivot}}
  completed([completed])
  rolled_back([rolled_back])
  held([held for a person])
  accepted --> pivot
  pivot ==> completed
  pivot -.->|refused| rolled_back
  pivot -.->|in doubt| held
)");
}

TEST_CASE("a saga without a pivot draws no point of no return", "[graph]") {
  const std::string drawn = to_mermaid(two_compensable);
  CHECK_THAT(drawn, Catch::Contains("second --> completed"));
  CHECK_THAT(drawn, !Catch::Contains("==>"));
}

} // namespace sagad::tests
