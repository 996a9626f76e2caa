#pragma once

#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "workflows/ports/telemetry.hpp"

namespace sagad::prometheus_metrics {

/// A node's telemetry as Prometheus reads it: `GET /metrics` at `address` (`127.0.0.1:9464`, `[::1]:9464`) answers in
/// its text format, to whoever can reach the address. Served by threads of the library's own until the last owner lets
/// go; block the signals that the program waits for before. Any thread may tell it.
///
/// Names and units: tools/README.md, "Metrics". The error is a sentence: the address cannot be listened on.
tl::expected<std::shared_ptr<telemetry>, std::string> serve(const std::string& address);

} // namespace sagad::prometheus_metrics
