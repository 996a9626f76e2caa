#include "adapters/postgres/failure.hpp"

#include <string_view>

#include <pqxx/except>

namespace sagad::postgres {

namespace {

/// The server's message without its DETAIL, HINT and CONTEXT, which may quote whole rows.
std::string first_line(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  return std::string{text.substr(0, text.find_last_not_of(" \r\t") + 1)};
}

/// Of those errors for which libpqxx has no class of its own.
store_error::kind meaning_of(std::string_view sqlstate) {
  using enum store_error::kind;
  if (sqlstate.starts_with("28")) // invalid authorization
    return forbidden;
  if (sqlstate == "XX001" || sqlstate == "XX002") // data_corrupted, index_corrupted
    return corrupt;
  return unavailable;
}

/// libpq tells of a refused login in words only.
bool is_refused_login(std::string_view said) {
  return said.find("authentication failed") != std::string_view::npos ||
         said.find("no password supplied") != std::string_view::npos ||
         said.find("no pg_hba.conf entry") != std::string_view::npos ||
         said.find("permission denied for database") != std::string_view::npos ||
         said.find("is not permitted to log in") != std::string_view::npos;
}

} // namespace

store_error current_error(const std::string& store, const char* doing) {
  using enum store_error::kind;
  const std::string where = store + ": " + doing + ": ";
  try {
    throw;
  } catch (const failure& f) {
    return f.error;
  } catch (const pqxx::broken_connection& e) {
    return {is_refused_login(e.what()) ? forbidden : unavailable, where + first_line(e.what())};
  } catch (const pqxx::insufficient_privilege& e) {
    return {forbidden, where + first_line(e.what())};
  } catch (const pqxx::undefined_table& e) {
    return {corrupt, where + first_line(e.what())};
  } catch (const pqxx::undefined_column& e) {
    return {corrupt, where + first_line(e.what())};
  } catch (const pqxx::sql_error& e) {
    return {meaning_of(e.sqlstate()), where + first_line(e.what())};
  } catch (const std::exception& e) {
    return {unavailable, where + first_line(e.what())};
  }
}

bool is_worth_retrying() {
  try {
    throw;
  } catch (const conflict&) {
    return true;
  } catch (const pqxx::serialization_failure&) {
    return true;
  } catch (const pqxx::deadlock_detected&) {
    return true;
  } catch (const pqxx::unique_violation&) {
    return true;
  } catch (...) {
    return false; // told by who handles it
  }
}

} // namespace sagad::postgres
