#pragma once

#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "tools/common/store_url.hpp"
#include "workflows/ports/back_office.hpp"
#include "workflows/ports/node_options.hpp"
#include "workflows/ports/store.hpp"

namespace sagad::tools {

/// A node's sessions on its store, as the engine wants them: one that keeps, one or more that commit.
struct node_store {
  std::shared_ptr<store> keeper;
  std::vector<std::shared_ptr<store>> gateways;
};

/// Begins an incarnation of the node. The error is a sentence without secrets.
tl::expected<node_store, std::string> open_node_store(const store_url& where, const node_options& options);

/// Begins an operator's session beside the node, on a connection of its own.
store_result<std::unique_ptr<back_office>> open_office(const store_url& where);

/// From which version of the schema to which; equal when there was nothing to do.
struct schema_step {
  int from = 0;
  int to = 0;
};

/// Creates or upgrades the schema. The error is a sentence without secrets.
tl::expected<schema_step, std::string> migrate_store(const store_url& where);

} // namespace sagad::tools
