#include "tools/sagachaos/progress.hpp"

#include <iostream>
#include <string>

#include <unistd.h>

namespace sagad::chaos {

namespace {
constexpr std::size_t bar_width = 30;
constexpr std::chrono::milliseconds shown_every{200};
constexpr std::chrono::seconds worth_telling{60};
constexpr const char* clear_line = "\r\x1b[K";

std::string text_of(std::chrono::duration<double> d) {
  const auto s = static_cast<long>(d.count());
  return s < 120 ? std::to_string(s) + " s" : std::to_string(s / 60) + " min";
}
} // namespace

progress::progress() : is_terminal_(isatty(STDERR_FILENO) == 1) {}

progress::~progress() {
  if (shown_)
    std::cerr << clear_line << std::flush;
}

void progress::show(std::size_t done, std::size_t total) {
  const std::chrono::duration<double> so_far = clock::now() - began_;
  const auto left = so_far * (static_cast<double>(total - done) / static_cast<double>(done));
  if (is_terminal_)
    return draw(done, total, left);
  if (done == 1 || total == announced_total_)
    return;
  announced_total_ = total;
  if (left > worth_telling)
    std::cerr << "sagachaos: " << total << " runs, about " << text_of(left) << '\n';
}

void progress::draw(std::size_t done, std::size_t total, std::chrono::duration<double> left) {
  const auto now = clock::now();
  if (now < shown_at_ + shown_every)
    return;
  shown_at_ = now;
  shown_ = true;
  const std::size_t full = bar_width * done / total;
  std::cerr << clear_line << '[' << std::string(full, '#') << std::string(bar_width - full, '.') << "] " << done
            << " of " << total << " runs, " << text_of(left) << " left" << std::flush;
}

} // namespace sagad::chaos
