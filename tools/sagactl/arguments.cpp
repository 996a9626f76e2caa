#include "tools/sagactl/arguments.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "workflows/duration.hpp"
#include "workflows/ids.hpp"
#include "workflows/operations/nearest_word.hpp"

namespace sagad::ctl {

namespace {

bool is_digits(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos &&
         (text.size() == 1 || text.front() != '0');
}

std::vector<const CLI::App*> verbs_of(const CLI::App& group) {
  return group.get_subcommands([](const CLI::App*) { return true; });
}

std::string_view nearest(const CLI::App& group, const std::string& word) {
  std::vector<std::string_view> names;
  for (const CLI::App* verb : verbs_of(group))
    names.emplace_back(verb->get_name());
  return operations::nearest_word(word, names);
}

bool takes_value(const CLI::App& app, const std::string& word) {
  const CLI::Option* const option = app.get_option_no_throw(word);
  return option != nullptr && option->get_items_expected() > 0;
}

} // namespace

CLI::Validator whole_number(std::int64_t min, std::int64_t max) {
  const auto complain = [=](const std::string& text) -> std::string {
    std::int64_t value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (is_digits(text) && error == std::errc{} && value >= min && value <= max)
      return {};
    return text + " is not a whole number from " + std::to_string(min) + " to " + std::to_string(max);
  };
  return CLI::Validator{complain, ""};
}

CLI::Validator well_formed_id() {
  const auto complain = [](const std::string& text) {
    return is_valid_id(text) ? std::string{} : "'" + text + "' is not 1 to 128 characters of A-Z a-z 0-9 . _ : -";
  };
  return CLI::Validator{complain, ""};
}

CLI::Validator duration() {
  const auto complain = [](const std::string& text) {
    return parse_duration(text) ? std::string{} : "'" + text + "' is no duration such as 250ms, 30s, 5m or 2h";
  };
  return CLI::Validator{complain, ""};
}

CLI::App* add_verb(CLI::App& group, command_fn& chosen, const std::string& name, const std::string& summary,
                   const std::string& example, command_fn run) {
  CLI::App* const verb = group.add_subcommand(name, summary);
  verb->footer("Example:\n  " + example);
  verb->callback([&chosen, run = std::move(run)] { chosen = run; });
  return verb;
}

std::string unknown_verb(const CLI::App& app, const std::vector<std::string>& words) {
  const CLI::App* group = &app;
  std::string path = app.get_name();
  for (std::size_t i = 0; i < words.size() && !verbs_of(*group).empty(); ++i) {
    const std::string& word = words[i];
    if (word.starts_with('-')) {
      if (takes_value(app, word))
        ++i;
      continue;
    }
    const auto verbs = verbs_of(*group);
    const auto verb =
        std::find_if(verbs.begin(), verbs.end(), [&](const CLI::App* v) { return v->get_name() == word; });
    if (verb == verbs.end()) {
      const std::string close{nearest(*group, word)};
      return path + " has no verb " + word + (close.empty() ? "" : "; did you mean " + close + "?");
    }
    group = *verb;
    path += ' ' + word;
  }
  return {};
}

} // namespace sagad::ctl
