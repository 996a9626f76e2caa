#include "tools/sagachaos/storm/rabbitmq_server.hpp"

#include <array>
#include <random>
#include <stdexcept>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "tools/sagachaos/storm/certificates.hpp"
#include "tools/sagachaos/storm/private_folder.hpp"

namespace sagad::chaos::storm {

namespace {

constexpr const char* server_program = "/usr/lib/rabbitmq/bin/rabbitmq-server";

std::string erlang_program(const std::string& name) {
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator{"/usr/lib/erlang", none})
    if (entry.path().filename().string().starts_with("erts-") &&
        std::filesystem::exists(entry.path() / "bin" / name, none))
      return entry.path() / "bin" / name;
  throw std::runtime_error{"Erlang's " + name + " is not installed; RabbitMQ needs it"};
}

std::string secret() {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device random;
  std::uniform_int_distribution<std::size_t> any{0, letters.size() - 1};
  std::string text;
  for (int i = 0; i < 32; ++i)
    text += letters[any(random)];
  return text;
}

/// One that greets, or refuses us, or says nothing within half a second.
bool greets(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{.tv_sec = 0, .tv_usec = 500'000};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  constexpr std::array<char, 8> hello{'A', 'M', 'Q', 'P', 0, 0, 9, 1};
  std::array<char, 8> answer{};
  const bool spoke = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                     ::send(fd, hello.data(), hello.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(hello.size()) &&
                     ::recv(fd, answer.data(), answer.size(), 0) > 0;
  ::close(fd);
  return spoke;
}

} // namespace

broker_node::broker_node(const broker_family& family, std::size_t number)
    : family_(family), name_(family.names.at(number)), folder_(family.folder / ("node-" + std::to_string(number + 1))) {
  const auto ports = free_ports(3);
  plain_port_ = ports[0];
  tls_port_ = ports[1];
  distribution_port_ = ports[2];
  std::filesystem::create_directory(folder_);
  write_config();
  process_ = std::make_unique<private_process>(spec());
}

void broker_node::write_config() const {
  std::string config = "listeners.tcp.1 = 127.0.0.1:" + std::to_string(plain_port_) +
                       "\ndisk_free_limit.absolute = 10MB\nlog.console = false\nlog.file.level = warning\n"
                       "cluster_name = sagachaos\n";
  if (family_.tls)
    config += "listeners.ssl.1 = 127.0.0.1:" + std::to_string(tls_port_) +
              "\nssl_options.cacertfile = " + (family_.folder / "server.pem").string() +
              "\nssl_options.certfile = " + (family_.folder / "server.pem").string() +
              "\nssl_options.keyfile = " + (family_.folder / "server.key").string() +
              "\nssl_options.verify = verify_none\n";
  if (family_.names.size() > 1) {
    config += "cluster_formation.peer_discovery_backend = classic_config\n"
              "cluster_formation.randomized_startup_delay_range.min = 0\n"
              "cluster_formation.randomized_startup_delay_range.max = 1\n"
              "cluster_partition_handling = pause_minority\n";
    for (std::size_t i = 0; i < family_.names.size(); ++i)
      config += "cluster_formation.classic_config.nodes." + std::to_string(i + 1) + " = " + family_.names[i] + "\n";
  }
  write_file(folder_ / "rabbitmq.conf", config);
  write_file(folder_ / "plugins", "[].\n");
}

process_spec broker_node::spec() const {
  auto environment = plain_environment();
  const auto set = [&](const char* name, const std::string& value) { environment.emplace_back(name, value); };
  set("HOME", family_.folder);
  set("RABBITMQ_NODENAME", name_);
  set("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
  set("RABBITMQ_NODE_PORT", std::to_string(plain_port_));
  set("RABBITMQ_DIST_PORT", std::to_string(distribution_port_));
  set("ERL_EPMD_PORT", std::to_string(family_.epmd_port));
  set("ERL_EPMD_ADDRESS", "127.0.0.1");
  set("RABBITMQ_MNESIA_BASE", folder_ / "data");
  set("RABBITMQ_LOG_BASE", folder_);
  set("RABBITMQ_PID_FILE", folder_ / "pid");
  set("RABBITMQ_ENABLED_PLUGINS_FILE", folder_ / "plugins");
  set("RABBITMQ_GENERATED_CONFIG_DIR", folder_ / "generated");
  set("RABBITMQ_CONFIG_FILE", folder_ / "rabbitmq.conf");
  set("RABBITMQ_CONFIG_FILES", folder_ / "none");
  set("RABBITMQ_ADVANCED_CONFIG_FILE", folder_ / "none");
  set("RABBITMQ_CONF_ENV_FILE", "/dev/null");
  // The script becomes the node, instead of staying between it and us. And no spinning while idle.
  set("RABBITMQ_ALLOW_INPUT", "1");
  set("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-noinput +B i -kernel inet_dist_use_interface {127,0,0,1} "
                                             "+sbwt none +sbwtdcpu none +sbwtdio none +S 2:2");
  return {.command = {server_program}, .environment = environment, .folder = folder_, .log = folder_ / "out"};
}

bool broker_node::look_whether_up() {
  if (!process_->runs())
    start();
  return greets(plain_port_);
}

std::string broker_node::last_words() const {
  std::string words = tail_of(folder_ / "out");
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator{folder_, none})
    if (entry.path().extension() == ".log")
      words += tail_of(entry.path());
  return words;
}

rabbitmq_server::rabbitmq_server(std::filesystem::path folder, std::size_t nodes, bool tls)
    : family_{.folder = std::move(folder), .epmd_port = free_ports(1).front(), .tls = tls, .names = {}} {
  if (!std::filesystem::exists(server_program))
    throw std::runtime_error{"RabbitMQ is not installed; Debian's package is rabbitmq-server"};
  std::filesystem::create_directory(family_.folder);
  write_file(family_.folder / ".erlang.cookie", secret());
  std::filesystem::permissions(family_.folder / ".erlang.cookie", std::filesystem::perms{0400});
  if (tls)
    make_certificate(family_.folder / "server.pem", family_.folder / "server.key");
  for (std::size_t i = 0; i < nodes; ++i)
    family_.names.push_back("storm" + std::to_string(i + 1) + "-" + std::to_string(family_.epmd_port) + "@localhost");
  // Ours, because one that a node starts outlives it.
  epmd_ = std::make_unique<private_process>(process_spec{
      .command = {erlang_program("epmd"), "-port", std::to_string(family_.epmd_port), "-address", "127.0.0.1"},
      .environment = plain_environment(),
      .folder = family_.folder,
      .log = family_.folder / "epmd.log"});
  for (std::size_t i = 0; i < nodes; ++i)
    nodes_.push_back(std::make_unique<broker_node>(family_, i));
}

void rabbitmq_server::start() {
  epmd_->start();
  for (auto& node : nodes_)
    node->start();
}

bool rabbitmq_server::look_whether_up() {
  bool up = true;
  for (auto& node : nodes_)
    up = node->look_whether_up() && up;
  return up;
}

std::string rabbitmq_server::url() const {
  std::string all;
  for (const auto& node : nodes_)
    all += (all.empty() ? "" : ",") + ("amqp://guest:guest@127.0.0.1:" + std::to_string(node->plain_port()) + "/%2f");
  return all;
}

} // namespace sagad::chaos::storm
