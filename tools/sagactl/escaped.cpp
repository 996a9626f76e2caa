#include "tools/sagactl/escaped.hpp"

namespace sagad::ctl {

std::string escaped(std::string_view bytes, std::size_t bytes_max) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes.substr(0, bytes_max)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n')
      text += "\\n";
    else if (c == '\t')
      text += "\\t";
    else if (c == '\\')
      text += "\\\\";
    else if (byte >= ' ' && byte < 0x7f)
      text += c;
    else
      text += {'\\', 'x', digits[byte >> 4U], digits[byte & 0xFU]};
  }
  if (bytes.size() > bytes_max)
    text += "... and " + std::to_string(bytes.size() - bytes_max) + " more bytes";
  return text;
}

} // namespace sagad::ctl
