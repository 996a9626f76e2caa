#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "adapters/memory/world.hpp"

namespace sagad::memory {

// The operators' wishes. The caller has locked the world; ids and meanings are those of `repair_desk`.

operation plan(world& w, const operation_request& asked, const std::vector<repair_target>& orders, std::size_t release,
               const std::string& pacer, moment now);
std::optional<std::size_t> release_more(world& w, const std::string& id, std::size_t count, const std::string& pacer,
                                        moment now);
std::optional<operation> settle(world& w, const std::string& id);
std::optional<operation> stop(world& w, const std::string& id, const std::string& who, const std::string& why,
                              moment now);
std::optional<operation> resume(world& w, const std::string& id, const std::string& who, const std::string& pacer,
                                moment now);
/// Newest first.
std::vector<operation> list(const world& w, std::optional<std::size_t> limit);
std::optional<operation> find(const world& w, const std::string& id);
std::vector<repair> repairs_of(const world& w, const std::string& id);
/// Those that are not over.
std::size_t count_open(const world& w);

/// As `store::claim_repairs`, for the node with epoch `owner`. Where it `publishes`, what it takes comes with its
/// unpublished facts; what it drove already, it has.
std::vector<claimed_repair> claim_repairs(world& w, std::size_t count_max, moment now, std::uint64_t owner,
                                          bool publishes);
/// An outcome of a commit; changes nothing when the repair is not released.
void record(world& w, const recorded_outcome& outcome, moment now);

/// Numbers the entry and writes it down.
void write_log(world& w, log_entry entry);

} // namespace sagad::memory
