#include "workflows/operations/words.hpp"

namespace sagad::operations {

using namespace std::chrono;

std::string in_words(milliseconds length) {
  if (length < seconds{1})
    return "no time";
  if (length < minutes{2})
    return std::to_string(length / seconds{1}) + " s";
  if (length < hours{2})
    return std::to_string(length / minutes{1}) + " min";
  if (length < days{2})
    return std::to_string(length / hours{1}) + " h";
  return std::to_string(length / days{1}) + " days";
}

std::string in_words(moment at, moment now) {
  if (at > now)
    return at - now < seconds{1} ? "at once" : "in " + in_words(at - now);
  return now - at < seconds{1} ? "just now" : in_words(now - at) + " ago";
}

std::string counted(std::size_t count, std::string_view noun) {
  return std::to_string(count) + ' ' + std::string{noun} + (count == 1 ? "" : "s");
}

} // namespace sagad::operations
