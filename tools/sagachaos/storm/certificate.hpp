#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "tools/sagachaos/storm/storm_run.hpp"

namespace sagad::chaos::storm {

/// True when every promise was kept.
bool is_clean(const storm_report& report);

/// What a storm did and found, for people, and for scripts. Where a promise was broken, it names who, and `kept_in` is
/// the folder with everybody's logs; empty: it is gone.
std::string certificate_text(const storm_options& options, const storm_report& report, const std::string& kept_in);
nlohmann::ordered_json certificate_json(const storm_options& options, const storm_report& report,
                                        const std::string& kept_in);

} // namespace sagad::chaos::storm
