#include "tools/sagachaos/storm/interruption.hpp"

#include <array>
#include <csignal>
#include <utility>

#include <unistd.h>

namespace sagad::chaos::storm {

namespace {

constexpr std::array caught{SIGINT, SIGTERM, SIGHUP};
constexpr int exit_interrupted = 130;

// The one thing that a signal handler may share with the program.
volatile std::sig_atomic_t wanted = 0;
std::array<struct sigaction, caught.size()> before{};

extern "C" void on_storm_interrupt(int) {
  if (wanted != 0) // the second one means it; what we started dies with us
    _exit(exit_interrupted);
  wanted = 1;
}

} // namespace

interruption::interruption() {
  wanted = 0;
  struct sigaction noted {};
  noted.sa_handler = on_storm_interrupt;
  for (std::size_t i = 0; i < caught.size(); ++i)
    sigaction(caught.at(i), &noted, &before.at(i));
}

interruption::~interruption() {
  for (std::size_t i = 0; i < caught.size(); ++i)
    sigaction(caught.at(i), &before.at(i), nullptr);
}

void interruption::check() {
  if (wanted != 0)
    throw interrupted{};
}

} // namespace sagad::chaos::storm
