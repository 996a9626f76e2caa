#include "tools/sagabench/shops.hpp"

#include <cstdlib>
#include <system_error>

#include "adapters/memory/memory_store.hpp"
#include "tools/sagabench/need.hpp"

namespace sagad::tools {

namespace {

constexpr checkout::money more_than_they_spend = 1'000'000'000'000;
constexpr checkout::quantity more_than_they_want = 1'000'000'000'000;

node_options generous() {
  node_options options;
  options.initial_credit = more_than_they_spend;
  options.allow_faults = true;
  return options;
}

} // namespace

scratch_folder::scratch_folder() {
  std::string name = (std::filesystem::current_path() / "sagabench-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw std::system_error{errno, std::generic_category(), "cannot make a folder here"};
  path_ = name;
}

scratch_folder::~scratch_folder() {
  std::error_code nothing_can_be_done;
  std::filesystem::remove_all(path_, nothing_can_be_done);
}

void stock_up(back_office& office, const mix_options& mix) {
  for (std::size_t rank = 0; rank < mix.skus; ++rank) {
    const sku item{order_mix::sku_name(rank)};
    need(office.set_price(item, static_cast<checkout::money>(5 + rank)));
    need(office.add_stock(item, more_than_they_want));
  }
}

shop open_shop(const std::string& kind, const mix_options& mix) {
  shop s;
  if (kind == "memory") {
    auto world = memory::make_world();
    s.node.keeper = need(memory::open_node(world, generous()));
    s.node.gateways = {s.node.keeper};
    stock_up(*memory::open_back_office(world), mix);
    return s;
  }
  std::string url = kind;
  if (kind == "sqlite") {
    s.folder = std::make_unique<scratch_folder>();
    url = "sqlite:" + (s.folder->path() / "shop.db").string();
  }
  const store_url where = need(parse_store_url(url));
  need(migrate_store(where));
  s.node = need(open_node_store(where, generous()));
  stock_up(*need(ctl::open_store(url)), mix);
  return s;
}

} // namespace sagad::tools
