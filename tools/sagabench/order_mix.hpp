#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "workflows/checkout/order.hpp"

namespace sagad::tools {

/// What a shop's day looks like.
struct mix_options {
  std::uint64_t seed = 1;
  std::size_t customers = 1'000;
  std::size_t skus = 40;
  /// Of a thousand orders, how many carry an instruction to fail.
  unsigned faults_per_mille = 0;
};

/// Makes up orders: popular skus are bought more often (Zipf's law), most orders are small. The same seed makes
/// the same orders. Not thread-safe.
class order_mix {
public:
  explicit order_mix(const mix_options& options);

  /// Order number `index`; its id is `PREFIX-000042`.
  checkout::submission next(const std::string& prefix, std::size_t index);

  /// What it orders, most popular first.
  static std::string sku_name(std::size_t rank);
  static std::string customer_name(std::size_t number);

private:
  fault some_fault();

  mix_options options_;
  std::mt19937_64 random_;
  std::discrete_distribution<std::size_t> popularity_;
};

} // namespace sagad::tools
