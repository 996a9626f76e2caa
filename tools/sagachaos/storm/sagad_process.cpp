#include "tools/sagachaos/storm/sagad_process.hpp"

#include <fstream>
#include <iterator>

#include "tools/sagachaos/storm/known_orders.hpp"
#include "tools/sagachaos/storm/private_folder.hpp"

namespace sagad::chaos::storm {

namespace {

std::string broker_urls(const std::vector<std::unique_ptr<tcp_gate>>& gates, bool tls) {
  std::string all;
  for (const auto& gate : gates) {
    const std::string address = "guest:guest@127.0.0.1:" + std::to_string(gate->port()) + "/%2f";
    // The certificate signs itself: it keeps bytes from changing, which is all that is asked of it here.
    all += (all.empty() ? "" : ",") + (tls ? "amqps://" + address + "?verify=verify_none" : "amqp://" + address);
  }
  return all;
}

} // namespace

sagad_process::sagad_process(const sagad_place& place, std::uint64_t seed)
    : name_(place.name), log_(place.folder / (place.name + ".log")) {
  for (const std::uint16_t port : place.broker_ports)
    to_brokers_.push_back(std::make_unique<tcp_gate>(port, ++seed));
  if (place.store_port != 0) {
    to_store_ = std::make_unique<tcp_gate>(place.store_port, ++seed);
    store_url_ = "postgresql://postgres@127.0.0.1:" + std::to_string(to_store_->port()) + "/postgres" +
                 (place.tls ? "?sslmode=require" : "?sslmode=disable");
  } else {
    store_url_ = "sqlite:" + (place.folder / (place.name + ".db")).string();
  }
  const auto config = place.folder / (place.name + ".toml");
  write_file(config, place.config);
  process_spec spec{.command = {place.program, "--name", name_, "--allow-faults", "--initial-credit",
                                std::to_string(initial_credit), "--store", store_url_, "--broker",
                                broker_urls(to_brokers_, place.tls), "--config", config},
                    .environment = plain_environment(),
                    .folder = place.folder,
                    .log = log_,
                    .as = {},
                    .death_signal = SIGKILL,
                    .bears_a_full_disk = true};
  if (!place.roles.empty())
    spec.command.insert(spec.command.end(), {"--roles", place.roles});
  process_ = std::make_unique<private_process>(std::move(spec));
}

void sagad_process::start() {
  process_->catch_up_log();
  std::error_code not_there_yet;
  const auto size = std::filesystem::file_size(log_, not_there_yet);
  said_before_ = not_there_yet ? 0 : size;
  is_ready_ = false;
  process_->start();
}

bool sagad_process::is_ready() {
  if (is_ready_)
    return true;
  process_->catch_up_log();
  std::ifstream log{log_, std::ios::binary};
  log.seekg(static_cast<std::streamoff>(said_before_));
  const std::string said{std::istreambuf_iterator<char>{log}, {}};
  return is_ready_ = said.find(" is ready: ") != std::string::npos;
}

std::string sagad_process::sanitizer_report() {
  process_->catch_up_log();
  std::ifstream log{log_, std::ios::binary};
  log.seekg(searched_);
  std::string first;
  for (std::string line; std::getline(log, line); searched_ += static_cast<std::streamoff>(line.size()) + 1)
    if (first.empty() &&
        (line.find("Sanitizer: ") != std::string::npos || line.find(": runtime error: ") != std::string::npos))
      first = line;
  return first;
}

std::string sagad_process::last_words(std::size_t bytes) const {
  process_->catch_up_log();
  return tail_of(log_, bytes);
}

} // namespace sagad::chaos::storm
