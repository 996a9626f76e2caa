#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "tools/sagabench/order_mix.hpp"
#include "tools/sagad/node_store.hpp"
#include "workflows/ports/back_office.hpp"

namespace sagad::tools {

/// A folder in the working directory that is gone when this is.
class scratch_folder {
public:
  scratch_folder();
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  ~scratch_folder();

  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

/// A node's store with everything that a mix of orders needs, and more of it than they can use up. What it lies in
/// goes with it, so keep it until the node's session is over.
struct shop {
  std::unique_ptr<scratch_folder> folder;
  node_store node;
};

/// `memory`, `sqlite` (a scratch file), or the URL of a store, whose schema is then created. Throws
/// `std::runtime_error` with a sentence.
shop open_shop(const std::string& kind, const mix_options& mix);

/// Prices and stock for the mix, more than it can use up. Throws `std::runtime_error`.
void stock_up(back_office& office, const mix_options& mix);

} // namespace sagad::tools
