#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "workflows/messages.hpp"

namespace sagad::wire {

/// Which question an answer answers.
struct correlation {
  saga_id saga;
  std::string step;
  action what = action::perform;
  int attempt = 1;

  friend bool operator==(const correlation&, const correlation&) = default;
};

/// The command's correlation id, which its participant copies into the answer: `<idempotency_key>/<action>/<attempt>`,
/// such as `o-1001/charge-payment/do/2`. It brings the attempt back; the answer's body has none.
std::string correlation_id_of(const command& c);

/// The way back; none for any other text.
std::optional<correlation> correlation_from(std::string_view id);

} // namespace sagad::wire
