#include "adapters/postgres/saga_rows.hpp"

namespace sagad::postgres {

fact fact_in(const row& r) {
  return {.order = order_id{r.text(0)},
          .saga = saga_id{r.text(0)},
          .sequence = r.count(1),
          .at = r.time(2),
          .type = r.text(3),
          .attempt = static_cast<int>(r.integer(4)),
          .code = r.text(5),
          .detail = r.text(6)};
}

} // namespace sagad::postgres
