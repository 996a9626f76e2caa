#include "tools/sagachaos/storm/scenario.hpp"

namespace sagad::chaos::storm {

namespace {

constexpr std::string_view default_scenario = R"(# What `sagachaos storm` does by itself: about a minute of storm.
# sagachaos storm --print-scenario default > mine.toml; sagachaos storm --scenario mine.toml

name = "default"

[cluster]
nodes = 3
brokers = 1           # or 3
participant = true    # delivery is played by a node of its own, on its own SQLite file
tls = true            # between nodes, database and brokers; `corrupt` needs it
node_config = """
[steps.charge-payment]
attempts = 6
backoff_max = "2s"
[steps.reserve-inventory]
attempts = 6
backoff_max = "2s"
[steps.schedule-delivery]
attempts = 6
backoff_max = "2s"
[steps.confirm-order]
attempts = 6
backoff_max = "2s"
"""

[load]
orders_per_s = 40
customers = 100
twins_percent = 5     # are submitted twice at once
careless_percent = 10 # are submitted once, and nobody asks after them

[load.kinds]          # how often each comes
plain = 60
clumsy = 10           # a participant fails once, and is asked again
broke = 8             # INSUFFICIENT_FUND
sold-out = 8          # INSUFFICIENT_INVENTORY
undeliverable = 8     # DELIVERY_FAILED
stubborn = 2          # the same, and its refund fails at first
doomed = 2            # a participant dies of it each time: UNKNOWN
unknown-item = 2      # is refused: UNKNOWN_SKU

[[phase]]
name = "deaths"
for = "30s"
quiet = ["400ms", "1500ms"]
faults = [
  { do = "kill",  to = "node",        weight = 4, for = ["0s", "3s"] },
  { do = "kill",  to = "participant", weight = 2, for = ["0s", "3s"] },
  { do = "kill",  to = "broker",      weight = 1, for = ["0s", "2s"] },
  { do = "kill",  to = "database",    weight = 2, for = ["0s", "2s"] },
  { do = "drain", to = "node",        weight = 1, for = ["0s", "1s"] },
]

[[phase]]
name = "bad network"
for = "35s"
quiet = ["400ms", "1500ms"]
faults = [
  { do = "stop",    to = "node",        weight = 2, for = ["1s", "6s"] },   # often past its lease
  { do = "stop",    to = "participant", weight = 1, for = ["1s", "5s"] },
  { do = "stop",    to = "database",    weight = 1, for = ["1s", "3s"] },
  { do = "cut",     to = "store-link",  weight = 2, for = ["0s", "4s"] },
  { do = "cut",     to = "broker-link", weight = 2, for = ["0s", "4s"] },
  { do = "freeze",  to = "store-link",  weight = 2, for = ["1s", "5s"] },
  { do = "freeze",  to = "broker-link", weight = 2, for = ["1s", "5s"] },
  { do = "slow",    to = "store-link",  weight = 2, for = ["2s", "5s"], delay = "50ms", bytes_per_s = 1_000_000 },
  { do = "slow",    to = "broker-link", weight = 2, for = ["2s", "5s"], delay = "200ms", bytes_per_s = 200_000 },
  { do = "corrupt", to = "store-link",  weight = 1, for = ["2s", "5s"], once_in_bytes = 65_536 },
  { do = "corrupt", to = "broker-link", weight = 1, for = ["2s", "5s"], once_in_bytes = 65_536 },
  { do = "fill",    to = "disk",        weight = 2, for = ["1s", "5s"] },
  { do = "kill",    to = "node",        weight = 2, for = ["0s", "2s"] },
]

[calm]
within = "100s"       # by then every order has ended
audit_every = "5s"
given_up_percent_max = 25 # of the orders, because the storm outlasted their patience
)";

constexpr std::string_view long_scenario =
    R"(# A cluster with three brokers, and everything at once. Ten minutes; --for 8h repeats it.

name = "long"

[cluster]
nodes = 3
brokers = 3
participant = true
tls = true
node_config = """
[steps.charge-payment]
attempts = 6
backoff_max = "2s"
[steps.reserve-inventory]
attempts = 6
backoff_max = "2s"
[steps.schedule-delivery]
attempts = 6
backoff_max = "2s"
[steps.confirm-order]
attempts = 6
backoff_max = "2s"
"""

[load]
orders_per_s = 40
customers = 200
twins_percent = 5
careless_percent = 10

[load.kinds]
plain = 60
clumsy = 10
broke = 8
sold-out = 8
undeliverable = 8
stubborn = 2
doomed = 2
unknown-item = 2

[[phase]]
name = "everything at once"
for = "8m"
quiet = ["200ms", "1500ms"]
faults = [
  { do = "kill",    to = "node",        weight = 6, for = ["0s", "5s"] },
  { do = "kill",    to = "participant", weight = 2, for = ["0s", "5s"] },
  { do = "kill",    to = "broker",      weight = 2, for = ["0s", "4s"] },
  { do = "kill",    to = "database",    weight = 3, for = ["0s", "3s"] },
  { do = "stop",    to = "node",        weight = 2, for = ["1s", "8s"] },
  { do = "stop",    to = "participant", weight = 1, for = ["1s", "8s"] },
  { do = "stop",    to = "broker",      weight = 1, for = ["1s", "5s"] },
  { do = "stop",    to = "database",    weight = 1, for = ["1s", "3s"] },
  { do = "drain",   to = "node",        weight = 2, for = ["0s", "2s"] },
  { do = "drain",   to = "participant", weight = 1, for = ["0s", "2s"] },
  { do = "cut",     to = "store-link",  weight = 2, for = ["0s", "5s"] },
  { do = "cut",     to = "broker-link", weight = 2, for = ["0s", "5s"] },
  { do = "freeze",  to = "store-link",  weight = 2, for = ["1s", "6s"] },
  { do = "freeze",  to = "broker-link", weight = 2, for = ["1s", "6s"] },
  { do = "slow",    to = "store-link",  weight = 1, for = ["2s", "8s"], delay = "100ms", bytes_per_s = 500_000 },
  { do = "slow",    to = "broker-link", weight = 1, for = ["2s", "8s"], delay = "400ms", bytes_per_s = 100_000 },
  { do = "corrupt", to = "store-link",  weight = 1, for = ["2s", "8s"], once_in_bytes = 65_536 },
  { do = "corrupt", to = "broker-link", weight = 1, for = ["2s", "8s"], once_in_bytes = 65_536 },
  { do = "fill",    to = "disk",        weight = 1, for = ["1s", "8s"] },
]

[[phase]]
name = "a lull"          # what was taken over settles, before it begins again
for = "1m"
quiet = ["8s", "12s"]
faults = [
  { do = "kill", to = "node", for = ["0s", "1s"] },
]

[[phase]]
name = "no server stays up"
for = "1m"
quiet = ["100ms", "800ms"]
faults = [
  { do = "kill", to = "broker",   weight = 1, for = ["0s", "3s"] },
  { do = "kill", to = "database", weight = 2, for = ["0s", "3s"] },
]

[calm]
within = "3m"
audit_every = "10s"
)";

} // namespace

std::optional<std::string_view> built_in_scenario(std::string_view name) {
  if (name == "default")
    return default_scenario;
  if (name == "long")
    return long_scenario;
  return std::nullopt;
}

} // namespace sagad::chaos::storm
