#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "adapters/sqlite/catalog.hpp"
#include "adapters/sqlite/history.hpp"
#include "adapters/sqlite/saga_numbers.hpp"
#include "adapters/sqlite/sagas.hpp"
#include "workflows/checkout/acceptance.hpp"

namespace sagad::sqlite {

/// The accepted orders. Decides on a submission and inserts what follows from it: order, saga and first fact,
/// within the caller's transaction.
class orders {
public:
  orders(const connection& on, saga_numbers& numbers, sagas& journal, history& facts, catalog& prices);

  checkout::accepted accept(const checkout::submission& asked, const checkout::acceptance_terms& terms, moment now);

private:
  saga insert(std::int64_t number, const checkout::submission& s, const std::string& text, const json& input,
              const checkout::acceptance_terms& terms, moment now);

  saga_numbers& numbers_;
  sagas& journal_;
  history& facts_;
  catalog& prices_;
  statement select_body_;
  statement insert_;
  std::mt19937_64 random_;
};

} // namespace sagad::sqlite
