#include <catch2/catch.hpp>

#include "adapters/rabbitmq/unacknowledged.hpp"

using namespace sagad::rabbitmq;
using acknowledgements = std::vector<unacknowledged::acknowledgement>;

namespace {

unacknowledged with(std::uint64_t tags) {
  unacknowledged u;
  for (std::uint64_t tag = 1; tag <= tags; ++tag)
    u.delivered(tag);
  return u;
}

} // namespace

namespace sagad::rabbitmq {
std::ostream& operator<<(std::ostream& out, const unacknowledged::acknowledgement& a) {
  return out << a.tag << (a.multiple ? " and before" : "");
}
} // namespace sagad::rabbitmq

TEST_CASE("acknowledgements without a gap are one word", "[unacknowledged]") {
  auto u = with(5);
  for (const auto tag : {2U, 3U, 1U})
    u.acknowledge(tag);
  CHECK(u.take() == acknowledgements{{.tag = 3, .multiple = true}});
  CHECK(u.take().empty());
  u.acknowledge(4);
  CHECK(u.take() == acknowledgements{{.tag = 4}});
}

TEST_CASE("what stands behind an outstanding message is acknowledged singly", "[unacknowledged]") {
  auto u = with(6);
  for (const auto tag : {1U, 2U, 4U, 6U})
    u.acknowledge(tag);
  CHECK(u.take() == acknowledgements{{.tag = 2, .multiple = true}, {.tag = 4}, {.tag = 6}});
  u.acknowledge(3);
  u.acknowledge(5);
  CHECK(u.take() == acknowledgements{{.tag = 5, .multiple = true}});
}

TEST_CASE("what was given back is not acknowledged, and holds nothing up", "[unacknowledged]") {
  auto u = with(3);
  CHECK(u.give_back(1));
  CHECK_FALSE(u.give_back(1));
  u.acknowledge(1);
  u.acknowledge(2);
  u.acknowledge(2);
  u.acknowledge(77);
  CHECK(u.take() == acknowledgements{{.tag = 2}});
}
