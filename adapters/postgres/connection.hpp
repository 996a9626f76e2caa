#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include <pqxx/connection>
#include <pqxx/transaction_base>

#include "adapters/postgres/conninfo.hpp"

namespace sagad::postgres {

/// A statement that is prepared where and when it is first used. `name` is unique in this adapter.
struct statement {
  const char* name;
  const char* sql;
};

/// What sessions call when others should look for work.
inline constexpr auto news_channel = "sagad_news";

enum class hears { nothing, news };

/// One connection to the server, made when it is needed and again after it broke. Belongs to one thread; throws
/// what libpqxx throws.
class connection {
public:
  connection(conninfo where, hears what);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();

  const std::string& name() const { return where_.name; }

  /// The open connection. Connects when there is none, or throws.
  pqxx::connection& up();
  /// Forgets a connection that broke, so that the next call makes another. Does nothing to a good one.
  void drop_if_broken() noexcept;

  /// True when there may be news since the last call: somebody said so, or the connection is a new one. No round
  /// trip.
  bool has_news();

  template <class... Args>
  pqxx::result run(pqxx::transaction_base& in, const statement& what, Args&&... args) {
    prepare(what);
    return in.exec_prepared(what.name, std::forward<Args>(args)...);
  }

private:
  class ear;
  class silence;

  void prepare(const statement& what);

  conninfo where_;
  hears what_;
  std::unique_ptr<pqxx::connection> open_;
  std::unique_ptr<silence> silence_;
  std::unique_ptr<ear> ear_;
  bool is_new_ = false;
  std::unordered_set<const statement*> prepared_;
};

} // namespace sagad::postgres
