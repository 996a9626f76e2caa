#include "tools/sagactl/interrupt.hpp"

#include <csignal>

#include <unistd.h>

#include "tools/sagactl/exit_code.hpp"

namespace sagad::ctl {

namespace {

// The one thing that a signal handler may share with the program.
volatile std::sig_atomic_t deferring = 0;
volatile std::sig_atomic_t waiting = 0;

[[noreturn]] void leave() { _exit(static_cast<int>(exit_code::interrupted)); }

extern "C" void on_interrupt(int) {
  // The second one means it.
  if (deferring == 0 || waiting != 0)
    leave();
  waiting = 1;
}

} // namespace

void install_signal_handlers() {
  struct sigaction on_ctrl_c {};
  on_ctrl_c.sa_handler = on_interrupt;
  sigaction(SIGINT, &on_ctrl_c, nullptr);
  struct sigaction ignored {};
  ignored.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignored, nullptr);
}

bool interrupt_waits() { return waiting != 0; }

interrupt_deferral::interrupt_deferral() { deferring = 1; }

interrupt_deferral::~interrupt_deferral() {
  deferring = 0;
  if (waiting != 0)
    leave();
}

} // namespace sagad::ctl
