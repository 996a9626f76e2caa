#include "tools/common/tls_to_the_end.hpp"

#include <cstdlib>
#include <future>
#include <thread>

#include <catch2/catch.hpp>
#include <openssl/rand.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

/// A thread that uses OpenSSL still when the process exits, after whatever was to be done at the exit.
struct straggler {
  std::promise<void> go{};
  std::thread who{};
};

straggler& late() {
  static auto* one = new straggler; // outlives every destructor
  return *one;
}

void let_it_end() {
  late().go.set_value();
  late().who.join();
}

[[noreturn]] void exit_before_a_thread_that_used_tls() {
  std::atexit(let_it_end); // before OpenSSL asks for its own turn: handlers run last to first
  sagad::tools::keep_tls_to_the_end();
  std::promise<void> used;
  late().who = std::thread{[&] {
    unsigned char byte = 0;
    RAND_bytes(&byte, 1);
    used.set_value();
    late().go.get_future().wait();
    if (RAND_bytes(&byte, 1) != 1)
      std::_Exit(1);
  }};
  used.get_future().wait();
  std::exit(0);
}

} // namespace

TEST_CASE("a node whose thread still uses TLS when it exits does so with its own exit code", "[exit]") {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0)
    exit_before_a_thread_that_used_tls();
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
