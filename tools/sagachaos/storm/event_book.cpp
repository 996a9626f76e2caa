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
  const known_fact told{.type = number_of(fact.type), .digest = std::hash<std::string>{}(fact.type + '\n' + fact.rest)};
  auto& [facts, early] = orders_[fact.order];
  const auto hear_again = [&](const known_fact& before) {
    ++repetitions_;
    if (before.digest != told.digest)
      accuse("an event that changed",
             place + " came again as another: first " + types_[before.type] + ", then " + fact.type);
  };
  if (fact.sequence == 0)
    return accuse("an event without a place", fact.type);
  if (fact.sequence <= facts.size())
    return hear_again(facts[fact.sequence - 1]);
  if (fact.sequence > facts.size() + 1) {
    if (const auto [known, is_new] = early.try_emplace(fact.sequence, told); !is_new)
      hear_again(known->second);
    return;
  }
  if (!early.empty() && !fact.redelivered)
    accuse("an event out of order",
           place + " (" + fact.type + ") came after fact " + std::to_string(early.begin()->first));
  overtaken_ += !early.empty() && fact.redelivered ? 1U : 0U;
  facts.push_back(told);
  ++facts_;
  for (; !early.empty() && early.begin()->first == facts.size() + 1; ++facts_) {
    facts.push_back(early.begin()->second);
    early.erase(early.begin());
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
    for (const known_fact& fact : found->second.facts)
      types.emplace_back(types_[fact.type]);
  return types;
}

std::string_view event_book::last_of(const std::string& order) const {
  const auto found = orders_.find(order);
  return found == orders_.end() || found->second.facts.empty() ? std::string_view{}
                                                               : types_[found->second.facts.back().type];
}

std::vector<std::string> event_book::orders() const {
  std::vector<std::string> names;
  names.reserve(orders_.size());
  for (const auto& [order, known] : orders_)
    names.push_back(order);
  return names;
}

} // namespace sagad::chaos::storm
