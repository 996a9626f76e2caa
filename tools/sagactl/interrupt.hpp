#pragma once

namespace sagad::ctl {

/// Ctrl-C ends the program with 130 at once; nothing that it kills is half done, for the store commits or does
/// not. Also lets writes to a closed pipe fail instead of killing us. Call once, at the start.
void install_signal_handlers();

/// While one of these lives, Ctrl-C waits until it is gone: between a commit and the line that tells of it.
class interrupt_deferral {
public:
  interrupt_deferral();
  ~interrupt_deferral();
  interrupt_deferral(const interrupt_deferral&) = delete;
  interrupt_deferral& operator=(const interrupt_deferral&) = delete;
};

/// True once Ctrl-C waits for a deferral to end: leave soon, and tell what is left.
bool interrupt_waits();

} // namespace sagad::ctl
