#pragma once

#include <memory>
#include <string>

#include "adapters/memory/world.hpp"
#include "tests/contracts/temp_folder.hpp"
#include "workflows/ports/back_office.hpp"
#include "workflows/ports/node_options.hpp"
#include "workflows/ports/store.hpp"

namespace sagad::tests {

/// A place that keeps orders, whoever opens a session on it: what outlives a crash.
class store_under_test {
public:
  virtual ~store_under_test() = default;

  /// What a first node does of itself.
  virtual void create() = 0;
  virtual store_result<std::unique_ptr<store>> open_node(const node_options& options) = 0;
  virtual store_result<std::unique_ptr<back_office>> open_back_office() = 0;
  /// As if another node had taken over while this one was frozen.
  virtual void give_lease_to_another() = 0;
  /// As if all sessions of nodes that ended without a word had been noticed to be dead.
  virtual void notice_the_dead() {}
};

class on_memory final : public store_under_test {
public:
  void create() override;
  store_result<std::unique_ptr<store>> open_node(const node_options& options) override;
  store_result<std::unique_ptr<back_office>> open_back_office() override;
  void give_lease_to_another() override;

  memory::world& world() { return *world_; }

private:
  std::shared_ptr<memory::world> world_ = std::make_shared<memory::world>();
};

class on_sqlite final : public store_under_test {
public:
  void create() override;
  store_result<std::unique_ptr<store>> open_node(const node_options& options) override;
  store_result<std::unique_ptr<back_office>> open_back_office() override;
  void give_lease_to_another() override;

  std::string file() const { return folder_.file("shop.db"); }
  /// What no session would do, done to the file.
  void run_sql(const std::string& sql);

private:
  temp_folder folder_;
};

} // namespace sagad::tests
