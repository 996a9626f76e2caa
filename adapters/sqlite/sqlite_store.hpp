#pragma once

#include <memory>
#include <string>

#include "workflows/ports/back_office.hpp"
#include "workflows/ports/node_options.hpp"
#include "workflows/ports/store.hpp"

namespace sagad::sqlite {

using sagad::node_options;

/// What a migration did. Equal numbers: nothing was to be done.
struct migration {
  int from = 0;
  int to = 0;
};

/// Creates the store at `path` or brings it to the newest schema, in one transaction. Refuses a store that a node
/// is using.
store_result<migration> migrate(const std::string& path);

/// Begins a node's session; the one node of this file until the session ends. Creates an absent store. Errors
/// name what is wrong with the file: another node's, another program's, no database, another schema.
store_result<std::unique_ptr<store>> open_node(const std::string& path, const node_options& options);

/// Begins an operator's session, beside a node or without one. The store must exist.
store_result<std::unique_ptr<back_office>> open_back_office(const std::string& path,
                                                            const definition& begins = checkout::checkout_saga);

} // namespace sagad::sqlite
