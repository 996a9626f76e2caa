#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sagad::fuzz {

/// What the fuzzer's bytes mean: a text as it is, or, when they begin with a zero, a patch to a good text: where (two
/// bytes), how many bytes go (one), and what comes in their stead. By chance alone nothing good would ever be found.
inline std::string patched(std::string_view good, const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t header_size = 4;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  if (size < header_size || data[0] != 0)
    return std::string{bytes};
  std::string text{good};
  const std::size_t at = (std::size_t{data[1]} * 256 + data[2]) % (text.size() + 1);
  const std::size_t gone = std::min<std::size_t>(data[3], text.size() - at);
  return text.replace(at, gone, bytes.substr(header_size));
}

} // namespace sagad::fuzz
