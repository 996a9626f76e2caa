#include "tools/sagactl/session.hpp"

#include <ostream>

namespace sagad::ctl {

exit_code fail(session& s, exit_code code, const std::string& sentence) {
  s.out.flush(); // so that both streams on one terminal keep their order
  s.err << "error: " << sentence << '\n';
  return code;
}

std::string explained(const store_error& error, const std::string& store) {
  const auto because = [&](const std::string& what, const std::string& advice) {
    return what + (error.detail.empty() ? "" : " (" + error.detail + ')') + ". " + advice;
  };
  switch (error.what) {
  case store_error::kind::unavailable:
    return because("The store is unavailable", "Nothing was done; try again.");
  case store_error::kind::in_doubt:
    return because("The store's answer got lost", "Look whether it was done before you repeat it.");
  case store_error::kind::fenced:
    return because("Another program has taken the store over", "Nothing was done; try again.");
  case store_error::kind::corrupt:
    return because(store + " is damaged or no sagad store", "Nothing was done; check the path, or restore a backup.");
  case store_error::kind::forbidden:
    return because("The store does not permit it to this user", "Nothing was done; ask its owner.");
  case store_error::kind::schema:
    return because(store + " has another schema than this sagactl", "Nothing was done.");
  }
  return because("The store failed", "Look whether it was done before you repeat it.");
}

exit_code report(session& s, const store_error& error) {
  const bool forbidden = error.what == store_error::kind::forbidden;
  return fail(s, forbidden ? exit_code::not_permitted : exit_code::failed, explained(error, s.store));
}

} // namespace sagad::ctl
