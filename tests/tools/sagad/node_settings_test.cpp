#include "tools/sagad/node_settings.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string_view>

#include <catch2/catch.hpp>
#include <unistd.h>

using namespace sagad;
using namespace sagad::tools;
using namespace std::chrono_literals;
using std::chrono::days;

namespace {

/// A configuration file that is gone when this is.
class config_file {
public:
  explicit config_file(std::string_view text) {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("sagad-" + std::to_string(::getpid()) + "-" + std::to_string(count++) + ".toml");
    std::ofstream{path_} << text;
  }
  config_file(const config_file&) = delete;
  config_file& operator=(const config_file&) = delete;
  ~config_file() { std::filesystem::remove(path_); }

  std::string name() const { return path_.string(); }

private:
  std::filesystem::path path_;
};

std::optional<std::string> nothing_set(const char*) { return std::nullopt; }

std::optional<std::string> credit_900(const char* name) {
  return std::string_view{name} == "SAGAD_INITIAL_CREDIT" ? std::optional<std::string>{"900"} : std::nullopt;
}

std::string complaint_about(std::string_view text) {
  const config_file file{text};
  node_flags flags;
  flags.config_files = {file.name()};
  const auto settings = layer_settings(flags, nothing_set);
  REQUIRE_FALSE(settings);
  CHECK(settings.error().find(file.name()) != std::string::npos);
  return settings.error();
}

} // namespace

TEST_CASE("a node that is told nothing gives new customers 500 and honours no faults", "[settings]") {
  const auto settings = layer_settings({}, nothing_set);
  REQUIRE(settings);
  CHECK(settings->initial_credit == 500);
  CHECK_FALSE(settings->allow_faults);
  CHECK_FALSE(settings->store);
}

TEST_CASE("later files win over earlier ones, the environment over files, flags over all", "[settings]") {
  const config_file first{"initial_credit = 600\nlog_level = \"warn\"\n"};
  const config_file second{"initial_credit = 700\n"};
  node_flags flags;
  flags.config_files = {first.name(), second.name()};
  CHECK(layer_settings(flags, nothing_set)->initial_credit == 700);
  CHECK(layer_settings(flags, nothing_set)->log_level == "warn");
  CHECK(layer_settings(flags, credit_900)->initial_credit == 900);
  flags.initial_credit = 1'000;
  CHECK(layer_settings(flags, credit_900)->initial_credit == 1'000);
}

TEST_CASE("a flag can take back what the environment allows", "[settings]") {
  const auto faults_allowed = [](const char* name) -> std::optional<std::string> {
    return std::string_view{name} == "SAGAD_ALLOW_FAULTS" ? std::optional<std::string>{"1"} : std::nullopt;
  };
  node_flags flags;
  CHECK(layer_settings(flags, faults_allowed)->allow_faults);
  flags.allow_faults = false;
  CHECK_FALSE(layer_settings(flags, faults_allowed)->allow_faults);
}

TEST_CASE("an empty variable of the environment is as good as none", "[settings]") {
  const auto all_empty = [](const char*) -> std::optional<std::string> { return ""; };
  const auto settings = layer_settings({}, all_empty);
  REQUIRE(settings);
  CHECK_FALSE(settings->store);
  CHECK_FALSE(settings->broker);
  CHECK(settings->initial_credit == 500);
}

TEST_CASE("metrics are served where an address and a port say", "[settings]") {
  node_flags flags;
  for (const char* good : {"127.0.0.1:9464", "[::1]:1", "0.0.0.0:65535"}) {
    flags.http = good;
    CHECK(layer_settings(flags, nothing_set)->http == good);
  }
  for (const char* bad : {"", "9464", ":9464", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:80x"}) {
    flags.http = bad;
    CHECK_FALSE(layer_settings(flags, nothing_set));
  }
}

TEST_CASE("the settings of one step may come from several files", "[settings]") {
  const config_file first{"[steps.charge-payment]\nreply_timeout = \"1500ms\"\nattempts = 7\n"};
  const config_file second{"[steps.charge-payment]\nattempts = 2\n[steps.refund-payment]\nbackoff_max = \"1m\"\n"};
  node_flags flags;
  flags.config_files = {first.name(), second.name()};
  const auto settings = layer_settings(flags, nothing_set);
  REQUIRE(settings);
  const step_settings& charge = settings->steps.at("charge-payment");
  CHECK(charge.reply_timeout == 1500ms);
  CHECK(charge.attempts == 2);
  CHECK(settings->steps.at("refund-payment").backoff_max == 1min);
}

TEST_CASE("a setting that means nothing is refused by file and name", "[settings]") {
  CHECK(complaint_about("intial_credit = 3\n").find("intial_credit") != std::string::npos);
  CHECK(complaint_about("[steps.charge-payment]\ntimeout = \"3s\"\n").find("timeout") != std::string::npos);
}

TEST_CASE("a value of the wrong kind is refused by file and name", "[settings]") {
  for (const std::string_view text : {"initial_credit = \"many\"",
                                      "initial_credit = -1",
                                      "initial_credit = 1.5",
                                      "allow_faults = 1",
                                      "store = 3",
                                      "store = \"mysql:x\"",
                                      "log_level = \"loud\"",
                                      "steps = 3",
                                      "[steps]\ncharge-payment = 3",
                                      "[steps.charge-payment]\nreply_timeout = 3",
                                      "[steps.charge-payment]\nreply_timeout = \"soon\"",
                                      "[steps.charge-payment]\nattempts = 0",
                                      "this is no TOML",
                                      "roles = \"payment\"",
                                      "roles = []",
                                      "roles = [3]",
                                      "roles = [\"cook\"]",
                                      "roles = [\"payment\", \"payment\"]",
                                      "broker = 3",
                                      "broker = \"http://mq\"",
                                      "dead_letter_retention = 30",
                                      "dead_letter_retention = \"a while\"",
                                      "audit_every = true",
                                      "audit_every = \"1ms\"",
                                      "name = \"two words\"",
                                      "name = \"\""}) {
    INFO(text);
    complaint_about(text);
  }
}

TEST_CASE("a node does everything unless told otherwise, by file, environment or flag", "[settings]") {
  const auto all = layer_settings({}, nothing_set);
  CHECK(orchestrates(*all));
  CHECK(played_by(*all).size() == 5);
  CHECK_FALSE(contradiction_in(*all));

  const config_file file{"roles = [\"orchestrator\", \"payment\"]\nbroker = \"amqp://mq\"\nname = \"one\""};
  node_flags flags;
  flags.config_files = {file.name()};
  const auto some = layer_settings(flags, nothing_set);
  REQUIRE(some);
  CHECK(played_by(*some) == std::vector<std::string>{"payment", "orders", "notification"});
  CHECK(some->name == "one");
  CHECK(some->broker == "amqp://mq");

  const auto inventory_only = [](const char* name) {
    return std::string_view{name} == "SAGAD_ROLES" ? std::optional<std::string>{"inventory"} : std::nullopt;
  };
  CHECK(played_by(*layer_settings(flags, inventory_only)) == std::vector<std::string>{"inventory"});
  flags.roles = "payment,delivery";
  flags.broker = "amqps://user:secret@other/shop";
  const auto two = layer_settings(flags, inventory_only);
  REQUIRE(two);
  CHECK_FALSE(orchestrates(*two));
  CHECK(played_by(*two) == std::vector<std::string>{"delivery", "payment"});
  CHECK(two->broker == "amqps://user:secret@other/shop");
}

TEST_CASE("how long discarded dead letters stay and how often promises are checked is set in each layer",
          "[settings]") {
  const auto unsaid = layer_settings({}, nothing_set);
  CHECK(unsaid->dead_letter_retention == days{30});
  CHECK(unsaid->audit_every == 10min);

  const config_file file{"dead_letter_retention = \"7d\"\naudit_every = \"1h\"\n"};
  node_flags flags;
  flags.config_files = {file.name()};
  CHECK(layer_settings(flags, nothing_set)->dead_letter_retention == days{7});
  CHECK(layer_settings(flags, nothing_set)->audit_every == 1h);
  const auto never_audits = [](const char* name) {
    return std::string_view{name} == "SAGAD_AUDIT_EVERY" ? std::optional<std::string>{"0s"} : std::nullopt;
  };
  CHECK(layer_settings(flags, never_audits)->audit_every == 0ms);
  const auto two_days = [](const char* name) {
    return std::string_view{name} == "SAGAD_DEAD_LETTER_RETENTION" ? std::optional<std::string>{"2d"} : std::nullopt;
  };
  CHECK(layer_settings(flags, two_days)->dead_letter_retention == days{2});
  flags.dead_letter_retention = "1d";
  flags.audit_every = "5m";
  CHECK(layer_settings(flags, two_days)->dead_letter_retention == days{1});
  CHECK(layer_settings(flags, never_audits)->audit_every == 5min);
  flags.audit_every = "often";
  CHECK(layer_settings(flags, nothing_set).error().find("--audit-every") != std::string::npos);
}

TEST_CASE("a node that needs others and has no broker is told so", "[settings]") {
  node_flags flags;
  flags.roles = "payment";
  CHECK(contradiction_in(*layer_settings(flags, nothing_set))->find("--broker") != std::string::npos);
  flags.roles = "orchestrator,payment";
  CHECK(contradiction_in(*layer_settings(flags, nothing_set))->find("--broker") != std::string::npos);
  flags.broker = "amqp://mq";
  CHECK_FALSE(contradiction_in(*layer_settings(flags, nothing_set)));
}

TEST_CASE("a broker's password is not repeated in the complaint about its URL", "[settings]") {
  node_flags flags;
  flags.broker = "amqp://user:secret@host:no-port/";
  const auto settings = layer_settings(flags, nothing_set);
  REQUIRE_FALSE(settings);
  CHECK(settings.error().find("--broker") != std::string::npos);
  CHECK(settings.error().find("secret") == std::string::npos);
}

TEST_CASE("a file that is not there is an error, not an empty file", "[settings]") {
  node_flags flags;
  flags.config_files = {"/nowhere/sagad.toml"};
  CHECK_FALSE(layer_settings(flags, nothing_set));
}
