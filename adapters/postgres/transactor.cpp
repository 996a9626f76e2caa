#include "adapters/postgres/transactor.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <random>
#include <thread>

#include "adapters/postgres/row.hpp"
#include "workflows/moment.hpp"

namespace sagad::postgres {

namespace {

using std::chrono::steady_clock;

/// For how long a lost answer is searched before it is in doubt: a server that restarts is back by then, and a backend
/// whose client vanished has been ended by its timeouts.
constexpr std::chrono::seconds doubt_max{30};
constexpr milliseconds look_again_after{100};

constexpr statement begin_of_node{
    "begin_of_node",
    "WITH me AS (SELECT FROM nodes WHERE epoch = $1 AND fenced_at IS NULL AND stopped_at IS NULL FOR KEY SHARE) "
    "INSERT INTO commits (session, last) SELECT $2, $3 FROM me "
    "ON CONFLICT (session) DO UPDATE SET last = excluded.last, at = excluded.at"};
constexpr statement begin_of_operator{"begin_of_operator",
                                      "INSERT INTO commits (session, last) VALUES ($1, $2) "
                                      "ON CONFLICT (session) DO UPDATE SET last = excluded.last, at = excluded.at"};
constexpr statement select_right{
    "select_right", "SELECT FROM nodes WHERE epoch = $1 AND fenced_at IS NULL AND stopped_at IS NULL FOR KEY SHARE"};
// Waits until the backend that may still be committing has ended its transaction.
constexpr statement settle{"settle", "INSERT INTO commits AS c (session, last) VALUES ($1, 0) "
                                     "ON CONFLICT (session) DO UPDATE SET last = c.last RETURNING last"};
constexpr statement select_fence{"select_fence",
                                 "SELECT n.name, n.stopped_at, n.fenced_at, n.fenced_by, f.name "
                                 "FROM nodes n LEFT JOIN nodes f ON f.epoch = n.fenced_by WHERE n.epoch = $1"};

std::string random_name() {
  std::random_device entropy;
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%08x%08x%08x%08x", entropy(), entropy(), entropy(), entropy());
  return text.data();
}

} // namespace

transactor::transactor(connection& on, std::optional<std::uint64_t> epoch)
    : on_(on), epoch_(epoch), session_(random_name()) {}

void transactor::begin(pqxx::transaction_base& t) {
  ++last_;
  if (!epoch_) {
    on_.run(t, begin_of_operator, session_, last_);
    return;
  }
  if (on_.run(t, begin_of_node, static_cast<std::int64_t>(*epoch_), session_, last_).affected_rows() == 0)
    tell_fence(t);
}

void transactor::require_right_to_write(pqxx::transaction_base& t) {
  if (on_.run(t, select_right, static_cast<std::int64_t>(epoch_.value_or(0))).empty())
    tell_fence(t);
}

void transactor::tell_fence(pqxx::transaction_base& t) {
  const std::string me = "epoch " + std::to_string(epoch_.value_or(0));
  const pqxx::result found = on_.run(t, select_fence, static_cast<std::int64_t>(epoch_.value_or(0)));
  if (found.empty())
    throw failure{store_error::kind::fenced, on_.name() + " knows no node with " + me + ": it is another store by now"};
  const row r{found.front()};
  if (r.is_null(2))
    throw failure{store_error::kind::fenced, r.text(0) + " (" + me + ") said goodbye to the store at " +
                                                 to_rfc3339(r.time(1)) + " and may not write any more"};
  throw failure{store_error::kind::fenced, r.text(0) + " (" + me + ") was silent for too long: it was fenced by " +
                                               r.text(4) + " (epoch " + r.text(3) + ") at " + to_rfc3339(r.time(2)) +
                                               ", and what it drove went to others"};
}

bool transactor::commit(pqxx::work& t) {
  try {
    t.commit();
    return true;
  } catch (const pqxx::in_doubt_error&) {
    return false;
  } catch (const pqxx::statement_completion_unknown&) {
    return false;
  }
}

void transactor::find_out(const char* doing) {
  const auto give_up_at = steady_clock::now() + doubt_max;
  std::string problem;
  do {
    on_.drop_if_broken();
    const auto told = guarded(on_.name(), doing, [&] {
      pqxx::nontransaction t{on_.up()};
      return row{on_.run(t, settle, session_).front()}.integer(0);
    });
    if (told && *told == last_)
      return;
    if (told)
      throw failure{store_error::kind::unavailable,
                    on_.name() + ": " + doing + ": the connection broke before the commit, and nothing was done"};
    problem = told.error().detail;
    std::this_thread::sleep_for(look_again_after);
  } while (steady_clock::now() < give_up_at);
  throw failure{store_error::kind::in_doubt,
                "the answer to a commit got lost, and the server has not told since what became of it: " + problem};
}

} // namespace sagad::postgres
