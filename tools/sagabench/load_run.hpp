#pragma once

#include <cstddef>
#include <string>

#include "tools/sagabench/order_mix.hpp"
#include "tools/sagad/node_store.hpp"

namespace sagad::tools {

struct load_options {
  std::size_t orders = 100'000;
  /// Orders open at once: a closed loop, each end starts the next.
  std::size_t in_flight = 1'024;
  /// Of the order ids: new for each run on a store that is kept.
  std::string prefix = "bench";
  mix_options mix;
};

struct load_figures {
  std::size_t orders = 0;
  std::size_t completed = 0;
  double seconds = 0;
  double orders_per_s = 0;
  /// From submission to the durable end.
  double p50_ms = 0;
  double p99_ms = 0;
  double commits_per_order = 0;
  double items_per_commit = 0;
};

/// Runs the whole engine on `target` under load, in this process, and measures it. The store must have the
/// mix's catalogue, stock and wallets. Blocks until every order has ended.
load_figures run_load(node_store target, const load_options& options);

/// Opens `orders` orders that wait for an answer, and tells by how many bytes the process's memory grew for
/// each. Leaves them unfinished.
double bytes_per_open_order(node_store target, std::size_t orders, const mix_options& mix);

} // namespace sagad::tools
