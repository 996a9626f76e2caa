#include "tools/sagachaos/linked_subjects.hpp"

#include <array>

namespace sagad::chaos {

namespace {
constexpr std::array made{checkout_subject, return_subject};
} // namespace

std::string linked_names() {
  std::string all;
  for (const auto make : made)
    all += (all.empty() ? "" : ", ") + std::string{make().saga->name};
  return all;
}

std::optional<subject> linked_subject(std::string_view name) {
  for (const auto make : made)
    if (subject s = make(); s.saga->name == name)
      return s;
  return std::nullopt;
}

} // namespace sagad::chaos
