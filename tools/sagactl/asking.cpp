#include "tools/sagactl/asking.hpp"

#include <istream>
#include <ostream>

namespace sagad::ctl {

namespace {

std::string answer_to(session& s, const std::string& question) {
  s.out.flush();
  s.err << question << std::flush;
  std::string answer;
  std::getline(s.in, answer);
  const auto from = answer.find_first_not_of(" \t\r");
  return from == std::string::npos ? std::string{} : answer.substr(from, answer.find_last_not_of(" \t\r") + 1 - from);
}

} // namespace

tl::expected<std::string, exit_code> reason_for(session& s, const std::string& given) {
  if (!given.empty())
    return given;
  const std::string answer = s.in_is_terminal ? answer_to(s, "Why? ") : std::string{};
  if (!answer.empty())
    return answer;
  return tl::unexpected{
      fail(s, exit_code::usage, "Say why, with --reason TEXT: it goes into the operators' log. Nothing was done.")};
}

std::optional<exit_code> unless_agreed(session& s, const std::string& question, bool said_yes) {
  if (said_yes)
    return std::nullopt;
  if (!s.in_is_terminal)
    return fail(s, exit_code::usage,
                "Nobody is there to be asked: say --yes to do it, or --dry-run to see it only. Nothing was done.");
  const std::string answer = answer_to(s, question + " [y/N] ");
  if (answer == "y" || answer == "Y" || answer == "yes")
    return std::nullopt;
  s.err << "Nothing was done.\n";
  return exit_code::failed;
}

} // namespace sagad::ctl
