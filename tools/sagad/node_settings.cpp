#include "tools/sagad/node_settings.hpp"

#include <charconv>
#include <sstream>
#include <string_view>

#include <toml++/toml.h>

#include "tools/common/duration.hpp"

namespace sagad::tools {

namespace {

using problem = std::string;
using result = tl::expected<void, problem>;

constexpr std::int64_t credit_max = 1'000'000'000'000'000;

tl::unexpected<problem> wrong(std::string_view where, std::string_view key, std::string_view what) {
  std::ostringstream sentence;
  sentence << where << ": " << key << ' ' << what;
  return tl::unexpected{sentence.str()};
}

result set_store(node_settings& to, std::string_view where, std::string_view text) {
  auto url = parse_store_url(text);
  if (!url)
    return wrong(where, "store", url.error());
  to.store = std::move(*url);
  return {};
}

result set_credit(node_settings& to, std::string_view where, std::int64_t credit) {
  if (credit < 0 || credit > credit_max)
    return wrong(where, "initial_credit", "must be from 0 to 1000000000000000 minor units");
  to.initial_credit = credit;
  return {};
}

result set_log_level(node_settings& to, std::string_view where, std::string level) {
  for (const std::string_view known : {"debug", "info", "warn", "error"})
    if (level == known) {
      to.log_level = std::move(level);
      return {};
    }
  return wrong(where, "log_level", "must be debug, info, warn or error");
}

result set_duration(std::optional<milliseconds>& to, const std::string& where, std::string_view key,
                    const toml::node& value) {
  const auto text = value.value<std::string_view>();
  const auto duration = text ? parse_duration(*text) : std::nullopt;
  if (!duration)
    return wrong(where, key, "must be a duration like \"1500ms\" or \"5s\"");
  to = *duration;
  return {};
}

result read_step(step_settings& to, const std::string& where, const toml::table& table) {
  for (const auto& [key, value] : table) {
    const std::string_view name = key.str();
    result done;
    if (name == "reply_timeout") {
      done = set_duration(to.reply_timeout, where, name, value);
    } else if (name == "backoff_initial") {
      done = set_duration(to.backoff_initial, where, name, value);
    } else if (name == "backoff_max") {
      done = set_duration(to.backoff_max, where, name, value);
    } else if (name == "total_timeout") {
      done = set_duration(to.total_timeout, where, name, value);
    } else if (name == "attempts") {
      const auto attempts = value.value_exact<std::int64_t>();
      if (!attempts || *attempts < 1 || *attempts > 1'000'000)
        return wrong(where, name, "must be a whole number from 1 to 1000000");
      to.attempts = static_cast<int>(*attempts);
    } else {
      return wrong(where, name, "is not a setting of a step");
    }
    if (!done)
      return done;
  }
  return {};
}

result read_steps(settings_by_step& to, const std::string& file, const toml::node& node) {
  const toml::table* steps = node.as_table();
  if (steps == nullptr)
    return wrong(file, "steps", "must be tables like [steps.charge-payment]");
  for (const auto& [key, value] : *steps) {
    const std::string where = file + ": [steps." + std::string{key.str()} + "]";
    const toml::table* step = value.as_table();
    if (step == nullptr)
      return wrong(file, key.str(), "must be a table");
    if (auto done = read_step(to[std::string{key.str()}], where, *step); !done)
      return done;
  }
  return {};
}

result read_entry(node_settings& to, const std::string& file, std::string_view key, const toml::node& value) {
  if (key == "store") {
    const auto text = value.value<std::string_view>();
    return text ? set_store(to, file, *text) : wrong(file, key, "must be text like \"sqlite:PATH\"");
  }
  if (key == "initial_credit") {
    const auto credit = value.value_exact<std::int64_t>();
    return credit ? set_credit(to, file, *credit) : wrong(file, key, "must be a whole number");
  }
  if (key == "allow_faults") {
    const auto allow = value.value_exact<bool>();
    if (!allow)
      return wrong(file, key, "must be true or false");
    to.allow_faults = *allow;
    return {};
  }
  if (key == "log_level") {
    const auto level = value.value<std::string>();
    return level ? set_log_level(to, file, *level) : wrong(file, key, "must be text");
  }
  if (key == "steps")
    return read_steps(to.steps, file, value);
  return wrong(file, key, "is not a setting");
}

result read_file(node_settings& to, const std::string& file) {
  try {
    for (const auto& [key, value] : toml::parse_file(file))
      if (auto done = read_entry(to, file, key.str(), value); !done)
        return done;
    return {};
  } catch (const toml::parse_error& e) {
    std::ostringstream sentence;
    sentence << file << ": " << e.description() << " (line " << e.source().begin.line << ")";
    return tl::unexpected{sentence.str()};
  }
}

result read_environment(node_settings& to, environment_fn environment) {
  if (const auto text = environment("SAGAD_STORE"))
    if (auto done = set_store(to, "SAGAD_STORE", *text); !done)
      return done;
  if (const auto text = environment("SAGAD_INITIAL_CREDIT")) {
    std::int64_t credit = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), credit);
    if (error != std::errc{} || end != text->data() + text->size())
      return wrong("SAGAD_INITIAL_CREDIT", "initial_credit", "must be a whole number");
    if (auto done = set_credit(to, "SAGAD_INITIAL_CREDIT", credit); !done)
      return done;
  }
  if (const auto text = environment("SAGAD_ALLOW_FAULTS")) {
    if (*text != "true" && *text != "false")
      return wrong("SAGAD_ALLOW_FAULTS", "allow_faults", "must be true or false");
    to.allow_faults = *text == "true";
  }
  if (const auto text = environment("SAGAD_LOG_LEVEL"))
    return set_log_level(to, "SAGAD_LOG_LEVEL", *text);
  return {};
}

result read_flags(node_settings& to, const node_flags& flags) {
  if (flags.store)
    if (auto done = set_store(to, "--store", *flags.store); !done)
      return done;
  if (flags.initial_credit)
    if (auto done = set_credit(to, "--initial-credit", *flags.initial_credit); !done)
      return done;
  if (flags.log_level)
    if (auto done = set_log_level(to, "--log-level", *flags.log_level); !done)
      return done;
  to.allow_faults = to.allow_faults || flags.allow_faults;
  return {};
}

} // namespace

tl::expected<node_settings, std::string> layer_settings(const node_flags& flags, environment_fn environment) {
  node_settings settings;
  for (const std::string& file : flags.config_files)
    if (auto done = read_file(settings, file); !done)
      return tl::unexpected{done.error()};
  if (auto done = read_environment(settings, environment); !done)
    return tl::unexpected{done.error()};
  if (auto done = read_flags(settings, flags); !done)
    return tl::unexpected{done.error()};
  return settings;
}

} // namespace sagad::tools
