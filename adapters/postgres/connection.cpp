#include "adapters/postgres/connection.hpp"

#include <pqxx/errorhandler>
#include <pqxx/notification>

namespace sagad::postgres {

/// Listens on the channel; libpqxx calls it when something came.
class connection::ear final : public pqxx::notification_receiver {
public:
  explicit ear(pqxx::connection& on) : notification_receiver(on, news_channel) {}
  void operator()(const std::string&, int) override { heard_ = true; }
  bool heard() { return std::exchange(heard_, false); }

private:
  bool heard_ = false;
};

/// libpqxx writes the server's notices to stderr unless told otherwise.
class connection::silence final : public pqxx::quiet_errorhandler {
public:
  using quiet_errorhandler::quiet_errorhandler;
};

connection::connection(conninfo where, hears what) : where_(std::move(where)), what_(what) {}
connection::~connection() = default;

pqxx::connection& connection::up() {
  if (open_)
    return *open_;
  auto fresh = std::make_unique<pqxx::connection>(where_.text);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  // libpqxx 6 would reconnect behind our back and lose what this session prepared and listens to.
  fresh->inhibit_reactivation(true);
#pragma GCC diagnostic pop
  silence_ = std::make_unique<silence>(*fresh);
  if (what_ == hears::news)
    ear_ = std::make_unique<ear>(*fresh);
  open_ = std::move(fresh);
  is_new_ = true;
  return *open_;
}

void connection::drop_if_broken() noexcept {
  if (!open_ || open_->is_open())
    return;
  ear_.reset();
  silence_.reset();
  open_.reset();
  prepared_.clear();
}

bool connection::has_news() {
  const bool is_open_already = open_ != nullptr;
  pqxx::connection& c = up();
  if (is_open_already)
    c.get_notifs();
  const bool heard = ear_ && ear_->heard();
  return std::exchange(is_new_, false) || heard;
}

void connection::prepare(const statement& what) {
  if (prepared_.insert(&what).second)
    up().prepare(what.name, what.sql);
}

} // namespace sagad::postgres
