#include "workflows/operations/explanation.hpp"

#include <algorithm>

namespace sagad::operations {

std::string_view to_string(sentence_role r) {
  using enum sentence_role;
  switch (r) {
  case state:
    return "state";
  case problem:
    return "problem";
  case waits_for:
    return "waits-for";
  case since:
    return "since";
  case next:
    return "next";
  case owner:
    return "owner";
  case others:
    return "others";
  case money:
    return "money";
  case person:
    return "person";
  case advice:
    return "advice";
  }
  return "unknown";
}

std::string_view explanation::text_of(sentence_role r) const {
  const auto found = std::find_if(sentences.begin(), sentences.end(), [r](const sentence& s) { return s.role == r; });
  return found == sentences.end() ? std::string_view{} : std::string_view{found->text};
}

} // namespace sagad::operations
