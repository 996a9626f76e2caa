#pragma once

#include "adapters/postgres/array_literal.hpp"
#include "adapters/postgres/book.hpp"

namespace sagad::postgres {

/// The keys of some rows, column by column: what a statement unnests as (saga, step).
struct key_columns {
  array_literal saga;
  array_literal step;

  void add(const effect_key& k) {
    saga.add(k.saga);
    step.add(k.step);
  }
};

} // namespace sagad::postgres
