#pragma once

#include <cstddef>
#include <string_view>

namespace sagad::ctl {

/// What stdout is connected to.
struct screen {
  bool is_terminal = false;
  /// Never without a terminal, nor with NO_COLOR set.
  bool colour = false;
  /// Columns; zero where nothing limits a line.
  std::size_t width = 0;
  /// Lines; zero where nothing limits them.
  std::size_t height = 0;
};

screen screen_of_stdout();

/// Columns that a line of UTF-8 takes: each character is one wide, and what tints it (ECMA-48's SGR) takes none.
std::size_t width_on_screen(std::string_view line);

bool stdin_is_terminal();
bool stderr_is_terminal();

/// True when whoever read our stdout has gone (`sagactl ... | head`), as opposed to a write that failed.
bool stdout_reader_is_gone();

} // namespace sagad::ctl
