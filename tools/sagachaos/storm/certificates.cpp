#include "tools/sagachaos/storm/certificates.hpp"

#include "tools/sagachaos/storm/private_process.hpp"

namespace sagad::chaos::storm {

void make_certificate(const std::filesystem::path& certificate, const std::filesystem::path& key) {
  auto log = certificate;
  log += ".log";
  run_to_end({.command = {"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                          "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                          "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate},
              .environment = plain_environment(),
              .log = log});
  std::filesystem::permissions(key, std::filesystem::perms{0600});
}

} // namespace sagad::chaos::storm
