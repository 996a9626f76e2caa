#include "tools/sagad/node_settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>
#include <string_view>

#include <toml++/toml.h>

#include "adapters/rabbitmq/broker_url.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/duration.hpp"
#include "workflows/ids.hpp"

namespace sagad::tools {

namespace {

using problem = std::string;
using result = tl::expected<void, problem>;

/// Leaves room for the rest in the name of the node's queue.
constexpr std::size_t name_length_max = 64;
constexpr std::int64_t credit_max = 1'000'000'000'000'000;
constexpr milliseconds audit_every_min{1'000};

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

result set_broker(node_settings& to, std::string_view where, std::string text) {
  if (const auto url = rabbitmq::parse_broker_url(text); !url)
    return wrong(where, "broker", "must be a URL like amqp://USER:PASSWORD@HOST/VHOST: " + url.error());
  to.broker = std::move(text);
  return {};
}

result set_roles(node_settings& to, std::string_view where, std::vector<std::string> roles) {
  const auto is_known = [](const std::string& role) {
    return std::find(every_role.begin(), every_role.end(), role) != every_role.end();
  };
  std::sort(roles.begin(), roles.end());
  const bool repeated = std::adjacent_find(roles.begin(), roles.end()) != roles.end();
  if (roles.empty() || repeated || !std::all_of(roles.begin(), roles.end(), is_known))
    return wrong(where, "roles", "must be one or more of orchestrator, payment, inventory, delivery, each once");
  to.roles = std::move(roles);
  return {};
}

/// `a,b,c`.
std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> words;
  for (std::size_t comma = 0; comma != std::string_view::npos; list.remove_prefix(comma + 1)) {
    comma = list.find(',');
    words.emplace_back(list.substr(0, comma));
    if (comma == std::string_view::npos)
      break;
  }
  return words;
}

result set_name(node_settings& to, std::string_view where, std::string name) {
  if (!is_valid_id(name) || name.size() > name_length_max)
    return wrong(where, "name", "must be 1-64 characters of A-Z a-z 0-9 . _ : -");
  to.name = std::move(name);
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

result set_http(node_settings& to, std::string_view where, std::string address) {
  const std::size_t colon = address.rfind(':');
  int port = 0;
  const char* const end = address.data() + address.size();
  const bool has_port = colon != std::string::npos && colon > 0 &&
                        std::from_chars(address.data() + colon + 1, end, port) == std::from_chars_result{end, {}};
  if (!has_port || port < 1 || port > 65'535)
    return wrong(where, "http", "must be ADDRESS:PORT, like \"127.0.0.1:9464\"");
  to.http = std::move(address);
  return {};
}

/// `key` is a setting of the node that is a length of time.
result set_time(node_settings& to, std::string_view where, std::string_view key, std::string_view text) {
  const auto duration = parse_duration(text);
  if (!duration)
    return wrong(where, key, "must be a duration like \"10m\" or \"30d\"");
  if (key == "audit_every" && *duration > milliseconds{0} && *duration < audit_every_min)
    return wrong(where, key, "must be at least \"1s\", or \"0s\" for never");
  (key == "audit_every" ? to.audit_every : to.dead_letter_retention) = *duration;
  return {};
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

result read_roles(node_settings& to, const std::string& file, const toml::node& node) {
  const toml::array* list = node.as_array();
  if (list == nullptr)
    return wrong(file, "roles", "must be a list like [\"orchestrator\", \"payment\"]");
  std::vector<std::string> roles;
  for (const toml::node& each : *list)
    roles.push_back(each.value_or(std::string{})); // what is no text is no role either
  return set_roles(to, file, std::move(roles));
}

result read_text(node_settings& to, const std::string& file, std::string_view key, const toml::node& value) {
  const auto text = value.value_exact<std::string>();
  if (!text)
    return wrong(file, key, "must be text");
  if (key == "store")
    return set_store(to, file, *text);
  if (key == "broker")
    return set_broker(to, file, *text);
  if (key == "name")
    return set_name(to, file, *text);
  if (key == "log_level")
    return set_log_level(to, file, *text);
  if (key == "http")
    return set_http(to, file, *text);
  return set_time(to, file, key, *text);
}

constexpr std::array<std::string_view, 7> texts{
    "store", "broker", "name", "log_level", "http", "audit_every", "dead_letter_retention"};

result read_entry(node_settings& to, const std::string& file, std::string_view key, const toml::node& value) {
  if (std::find(texts.begin(), texts.end(), key) != texts.end())
    return read_text(to, file, key, value);
  if (key == "roles")
    return read_roles(to, file, value);
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

result read_environment(node_settings& to, environment_fn look_up) {
  const auto environment = [look_up](const char* name) {
    auto text = look_up(name);
    return text && text->empty() ? std::nullopt : std::move(text);
  };
  if (const auto text = environment("SAGAD_STORE"))
    if (auto done = set_store(to, "SAGAD_STORE", *text); !done)
      return done;
  if (auto text = environment("SAGAD_BROKER"))
    if (auto done = set_broker(to, "SAGAD_BROKER", std::move(*text)); !done)
      return done;
  if (const auto text = environment("SAGAD_ROLES"))
    if (auto done = set_roles(to, "SAGAD_ROLES", split(*text)); !done)
      return done;
  if (auto text = environment("SAGAD_NAME"))
    if (auto done = set_name(to, "SAGAD_NAME", std::move(*text)); !done)
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
    if (*text != "true" && *text != "false" && *text != "1" && *text != "0")
      return wrong("SAGAD_ALLOW_FAULTS", "allow_faults", "must be true or false");
    to.allow_faults = *text == "true" || *text == "1";
  }
  if (auto text = environment("SAGAD_HTTP"))
    if (auto done = set_http(to, "SAGAD_HTTP", std::move(*text)); !done)
      return done;
  if (const auto text = environment("SAGAD_DEAD_LETTER_RETENTION"))
    if (auto done = set_time(to, "SAGAD_DEAD_LETTER_RETENTION", "dead_letter_retention", *text); !done)
      return done;
  if (const auto text = environment("SAGAD_AUDIT_EVERY"))
    if (auto done = set_time(to, "SAGAD_AUDIT_EVERY", "audit_every", *text); !done)
      return done;
  if (const auto text = environment("SAGAD_LOG_LEVEL"))
    return set_log_level(to, "SAGAD_LOG_LEVEL", *text);
  return {};
}

result read_flags(node_settings& to, const node_flags& flags) {
  if (flags.store)
    if (auto done = set_store(to, "--store", *flags.store); !done)
      return done;
  if (flags.broker)
    if (auto done = set_broker(to, "--broker", *flags.broker); !done)
      return done;
  if (flags.roles)
    if (auto done = set_roles(to, "--roles", split(*flags.roles)); !done)
      return done;
  if (flags.name)
    if (auto done = set_name(to, "--name", *flags.name); !done)
      return done;
  if (flags.initial_credit)
    if (auto done = set_credit(to, "--initial-credit", *flags.initial_credit); !done)
      return done;
  if (flags.log_level)
    if (auto done = set_log_level(to, "--log-level", *flags.log_level); !done)
      return done;
  if (flags.http)
    if (auto done = set_http(to, "--http", *flags.http); !done)
      return done;
  if (flags.dead_letter_retention)
    if (auto done = set_time(to, "--dead-letter-retention", "dead_letter_retention", *flags.dead_letter_retention);
        !done)
      return done;
  if (flags.audit_every)
    if (auto done = set_time(to, "--audit-every", "audit_every", *flags.audit_every); !done)
      return done;
  to.allow_faults = flags.allow_faults.value_or(to.allow_faults);
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

bool orchestrates(const node_settings& settings) {
  return std::find(settings.roles.begin(), settings.roles.end(), "orchestrator") != settings.roles.end();
}

std::vector<std::string> played_by(const node_settings& settings) {
  std::vector<std::string> plays;
  for (const std::string& role : settings.roles)
    if (role != "orchestrator")
      plays.push_back(role);
  if (orchestrates(settings)) {
    plays.emplace_back(checkout::participants::orders);
    plays.emplace_back(checkout::participants::notification);
  }
  return plays;
}

std::optional<std::string> contradiction_in(const node_settings& settings) {
  if (settings.broker)
    return std::nullopt;
  if (!orchestrates(settings))
    return "a node without the role orchestrator serves the others over the broker: say which, --broker amqp://...";
  if (settings.roles.size() < every_role.size())
    return "a node that does not play all of payment, inventory and delivery reaches the others over the broker: say "
           "which, --broker amqp://..., or give it all roles";
  return std::nullopt;
}

} // namespace sagad::tools
