#pragma once

#include <cstddef>
#include <string>

#include "tools/sagabench/load_run.hpp"

namespace sagad::tools {

struct broker_figures {
  std::size_t accepted = 0;
  std::size_t completed = 0;
  /// Until the last answer, and until the last order's end.
  double answered_s = 0;
  double ended_s = 0;
  /// From submission to the submitter's answer.
  double p50_ms = 0;
  double p99_ms = 0;
};

/// Plays the shop's submitters through RabbitMQ, as any client would, against nodes that run elsewhere and keep their
/// orders in `store`, until every order has been answered and has ended. Stocks the shop up first. In flight is what is
/// not answered yet: a closed loop, each answer sends the next. Throws `std::runtime_error` with a sentence.
broker_figures run_through_broker(const std::string& broker, const std::string& store, const load_options& options);

} // namespace sagad::tools
