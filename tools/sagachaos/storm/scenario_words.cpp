#include "tools/sagachaos/storm/scenario.hpp"

namespace sagad::chaos::storm {

std::string_view to_string(deed d) {
  switch (d) {
  case deed::kill:
    return "kill";
  case deed::stop:
    return "stop";
  case deed::drain:
    return "drain";
  case deed::cut:
    return "cut";
  case deed::freeze:
    return "freeze";
  case deed::slow:
    return "slow";
  case deed::corrupt:
    return "corrupt";
  case deed::fill:
    return "fill";
  }
  return "";
}

std::string_view to_string(target t) {
  switch (t) {
  case target::node:
    return "node";
  case target::participant:
    return "participant";
  case target::broker:
    return "broker";
  case target::database:
    return "database";
  case target::store_link:
    return "store-link";
  case target::broker_link:
    return "broker-link";
  case target::disk:
    return "disk";
  }
  return "";
}

std::string_view to_string(order_kind k) {
  switch (k) {
  case order_kind::plain:
    return "plain";
  case order_kind::clumsy:
    return "clumsy";
  case order_kind::broke:
    return "broke";
  case order_kind::sold_out:
    return "sold-out";
  case order_kind::undeliverable:
    return "undeliverable";
  case order_kind::stubborn:
    return "stubborn";
  case order_kind::doomed:
    return "doomed";
  case order_kind::unknown_item:
    return "unknown-item";
  }
  return "";
}

} // namespace sagad::chaos::storm
