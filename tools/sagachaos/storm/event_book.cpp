#include "tools/sagachaos/storm/event_book.hpp"

#include <functional>

namespace sagad::chaos::storm {

void event_book::hear(const heard_fact& fact) {
  const std::string place = "fact " + std::to_string(fact.sequence);
  const auto accuse = [&](std::string charge, std::string detail) {
    accusations_.push_back({std::move(charge), fact.order, std::move(detail)});
  };
  // An id that names its order and its place is of no other fact, and no other fact has it.
  if (fact.id != fact.order + '/' + std::to_string(fact.sequence))
    accuse("an event with another's id", place + " has the id " + fact.id);
  const std::size_t digest = std::hash<std::string>{}(fact.type + '\n' + fact.rest);
  auto& known = orders_[fact.order];
  if (fact.sequence == known.size() + 1) {
    known.push_back({number_of(fact.type), digest});
    ++facts_;
  } else if (fact.sequence == 0 || fact.sequence > known.size()) {
    accuse("a gap in the events", place + " (" + fact.type + ") came after fact " + std::to_string(known.size()));
  } else {
    ++repetitions_;
    const known_fact& before = known[fact.sequence - 1];
    if (before.digest != digest)
      accuse("an event that changed",
             place + " came again as another: first " + types_[before.type] + ", then " + fact.type);
  }
}

std::size_t event_book::number_of(const std::string& type) {
  const auto [found, is_new] = type_numbers_.try_emplace(type, types_.size());
  if (is_new)
    types_.push_back(type);
  return found->second;
}

std::vector<std::string_view> event_book::heard_of(const std::string& order) const {
  std::vector<std::string_view> types;
  if (const auto found = orders_.find(order); found != orders_.end())
    for (const known_fact& fact : found->second)
      types.emplace_back(types_[fact.type]);
  return types;
}

std::string_view event_book::last_of(const std::string& order) const {
  const auto found = orders_.find(order);
  return found == orders_.end() || found->second.empty() ? std::string_view{} : types_[found->second.back().type];
}

std::vector<std::string> event_book::orders() const {
  std::vector<std::string> names;
  names.reserve(orders_.size());
  for (const auto& [order, known] : orders_)
    names.push_back(order);
  return names;
}

} // namespace sagad::chaos::storm
