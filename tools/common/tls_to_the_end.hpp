#pragma once

#include <openssl/crypto.h>

namespace sagad::tools {

/// Leaves OpenSSL as it is while the process exits; to be called before anybody speaks TLS, on any thread, as often as
/// one likes. CAF does not join a detached actor's thread: one that has spoken TLS with the store cleans up after
/// `main` has returned, and where OpenSSL had torn itself down by then (its default, `atexit`) the node ended with
/// SIGSEGV instead of its exit code. See OPENSSL_init_crypto(3), OPENSSL_INIT_NO_ATEXIT: what is left undone frees
/// memory.
inline void keep_tls_to_the_end() { OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr); }

} // namespace sagad::tools
