#include "adapters/sqlite/saga_numbers.hpp"

namespace sagad::sqlite {

saga_numbers::saga_numbers(const connection& on)
    : on_(on), select_(on, "SELECT number FROM saga_numbers WHERE id = ?1"),
      insert_(on, "INSERT INTO saga_numbers (id) VALUES (?1)") {}

std::optional<std::int64_t> saga_numbers::find(const std::string& id) {
  if (const auto known = driven_.find(id); known != driven_.end())
    return known->second;
  return select_.integer(id);
}

std::int64_t saga_numbers::add(const std::string& id) {
  insert_.run(id);
  return on_.db().getLastInsertRowid();
}

} // namespace sagad::sqlite
