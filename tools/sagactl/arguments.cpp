#include "tools/sagactl/arguments.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <numeric>
#include <utility>

#include "workflows/duration.hpp"
#include "workflows/ids.hpp"

namespace sagad::ctl {

namespace {

bool is_digits(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos &&
         (text.size() == 1 || text.front() != '0');
}

/// How many characters must be added, dropped or replaced (Levenshtein).
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

std::vector<const CLI::App*> verbs_of(const CLI::App& group) {
  return group.get_subcommands([](const CLI::App*) { return true; });
}

const CLI::App* nearest(const CLI::App& group, const std::string& word) {
  constexpr std::size_t distance_max = 3;
  const CLI::App* best = nullptr;
  std::size_t best_distance = distance_max + 1;
  for (const CLI::App* verb : verbs_of(group))
    if (const auto distance = edit_distance(word, verb->get_name()); distance < best_distance) {
      best = verb;
      best_distance = distance;
    }
  return best;
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
      const CLI::App* const close = nearest(*group, word);
      return path + " has no verb " + word + (close == nullptr ? "" : "; did you mean " + close->get_name() + "?");
    }
    group = *verb;
    path += ' ' + word;
  }
  return {};
}

} // namespace sagad::ctl
