#include "actors/burial.hpp"

namespace sagad::actors {

dead_letter letter_of(const incoming_message& m, const std::string& source, const std::string& reason, moment at) {
  return {.source = source, .reason = reason, .body = m.body, .at = at};
}

} // namespace sagad::actors
