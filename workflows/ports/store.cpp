#include "workflows/ports/store.hpp"

namespace sagad {

std::string_view to_string(store_error::kind k) {
  switch (k) {
  case store_error::kind::unavailable:
    return "unavailable";
  case store_error::kind::in_doubt:
    return "in doubt";
  case store_error::kind::fenced:
    return "fenced";
  case store_error::kind::corrupt:
    return "corrupt";
  case store_error::kind::forbidden:
    return "forbidden";
  case store_error::kind::schema:
    return "another schema";
  }
  return "unknown";
}

} // namespace sagad
