#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "adapters/memory/world.hpp"
#include "workflows/ports/log_entries.hpp"

namespace sagad::memory {

// The dead letters. The caller has locked the world; meanings are those of `dead_letter_desk`.

void keep(world& w, const dead_letter& letter);
/// Newest first.
std::vector<kept_letter> list(const world& w, const letter_filter& filter);
/// Those that nobody discarded.
std::size_t count_letters(const world& w);
/// `what` is to discard or to restore.
letter_verdict change(world& w, letter_act what, std::uint64_t number, const std::string& who, const std::string& why,
                      moment now);
/// `submit` decides on the submission.
requeue_result requeue(world& w, std::uint64_t number, const std::string& who, const std::string& why, moment now,
                       const std::function<acceptance(const checkout::submission&)>& submit);
std::size_t purge(world& w, moment discarded_before, std::size_t count_max);

} // namespace sagad::memory
