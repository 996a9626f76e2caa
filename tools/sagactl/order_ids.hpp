#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "tools/sagactl/session.hpp"

namespace sagad::ctl {

/// "There is no order o-1." on stderr.
exit_code no_such_order(session& s, const order_id& id);

/// The order that somebody means: the one of exactly this id, or the only one whose id begins so. Otherwise how to
/// leave, told: with the candidates where there are several.
tl::expected<order_view, exit_code> order_meant(session& s, const std::string& typed);

/// The orders that somebody means, each once. `-` among them stands for the words on stdin. When any is not meant
/// clearly, how to leave, all of them told.
tl::expected<std::vector<order_view>, exit_code> orders_meant(session& s, const std::vector<std::string>& typed);

/// The words as typed, with those on stdin in the place of `-`.
std::vector<std::string> words_meant(session& s, const std::vector<std::string>& typed);

} // namespace sagad::ctl
