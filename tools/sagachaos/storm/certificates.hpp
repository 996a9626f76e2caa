#pragma once

#include <filesystem>

namespace sagad::chaos::storm {

/// Makes a certificate of loopback that signs itself, good for two days, and its key, readable by its owner alone.
/// Throws `std::runtime_error` with a sentence: it takes the program openssl.
void make_certificate(const std::filesystem::path& certificate, const std::filesystem::path& key);

} // namespace sagad::chaos::storm
