#include <csignal>
#include <filesystem>
#include <string>

#include <catch2/catch.hpp>
#include <sys/wait.h>

#include "tools/sagachaos/storm/ending.hpp"
#include "tools/sagachaos/storm/private_folder.hpp"
#include "tools/sagachaos/storm/private_process.hpp"
#include "tools/sagachaos/storm/sagad_process.hpp"

namespace {

using namespace sagad::chaos::storm;
using namespace std::chrono_literals;

constexpr auto deadline = 20s;

process_spec shell(const private_folder& folder, const std::string& script) {
  return {.command = {"/bin/sh", "-c", script},
          .environment = plain_environment(),
          .folder = folder.path(),
          .log = folder.path() / "log",
          .as = {},
          .death_signal = SIGKILL,
          .bears_a_full_disk = true};
}

} // namespace

TEST_CASE("a process that is killed has ended, and can be started again", "[storm]") {
  const private_folder folder;
  private_process p{shell(folder, "echo here; kill -STOP $$; exit 3")};
  CHECK_FALSE(p.runs());
  p.start();
  CHECK(p.runs());
  p.kill();
  CHECK_FALSE(p.runs());
  REQUIRE(p.end_status());
  CHECK(WIFSIGNALED(*p.end_status()));

  p.start();
  CHECK_FALSE(p.end_status());
  while (!p.wait_end(10ms)) // it stops itself, early or late
    p.send(SIGCONT);
  REQUIRE(p.end_status());
  CHECK(WEXITSTATUS(*p.end_status()) == 3);
  p.catch_up_log();
  CHECK(tail_of(folder.path() / "log").ends_with("here\n"));
}

TEST_CASE("a command that fails says what it said", "[storm]") {
  const private_folder folder;
  run_to_end(shell(folder, "exit 0"), deadline);
  CHECK_THROWS_WITH(run_to_end(shell(folder, "echo no such thing; exit 1"), deadline),
                    Catch::Contains("no such thing"));
}

TEST_CASE("a process whose disk is full bears it, and writes again when there is room", "[storm]") {
  const private_folder folder;
  // A folder is no write: it can tell how far it came.
  private_process p{shell(folder, "until [ -e full ]; do :; done; echo more > file && exit 1; mkdir seen;"
                                  "until [ -e room ]; do :; done; echo more > file || exit 2; exit 7")};
  p.start();
  p.limit_files(1);
  write_file(folder.path() / "full", "");
  while (p.runs() && !std::filesystem::exists(folder.path() / "seen"))
    p.wait_end(5ms);
  p.limit_files(std::nullopt);
  write_file(folder.path() / "room", "");
  REQUIRE(p.wait_end(deadline));
  CHECK(WEXITSTATUS(*p.end_status()) == 7);
}

TEST_CASE("a disk stays full for who is started again, and its log is not under the limit", "[storm]") {
  const private_folder folder;
  private_process p{shell(folder, "echo it starts; echo more > file || exit 1; exit 7")};
  p.limit_files(1);
  for (int i = 0; i < 2; ++i) {
    p.start();
    REQUIRE(p.wait_end(deadline));
    CHECK(WEXITSTATUS(*p.end_status()) == 1);
  }
  p.catch_up_log();
  const std::string said = tail_of(folder.path() / "log");
  CHECK(said.find("it starts") != said.rfind("it starts"));
  p.limit_files(std::nullopt);
  p.start();
  REQUIRE(p.wait_end(deadline));
  CHECK(WEXITSTATUS(*p.end_status()) == 7);
}

TEST_CASE("a node is ready when it says so, each time anew, and what its sanitizer says is heard once", "[storm]") {
  const private_folder folder;
  const auto program = folder.path() / "sagad";
  write_file(program,
             "#!/bin/sh\necho 'node-1 is ready: yes'; echo 'a.cpp:7:3: runtime error: signed integer overflow';"
             "until [ -e go ]; do sleep 0.01; done; exit 9\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  sagad_process node{
      {.program = program, .folder = folder.path(), .name = "node-1", .roles = {}, .config = {}, .broker_ports = {}},
      1};
  CHECK_FALSE(node.serves());
  node.start();
  while (!node.serves())
    REQUIRE_FALSE(node.process().wait_end(5ms));
  while (node.last_words().find("overflow") == std::string::npos)
    REQUIRE_FALSE(node.process().wait_end(5ms));
  CHECK(node.sanitizer_report() == "a.cpp:7:3: runtime error: signed integer overflow");
  CHECK(node.sanitizer_report().empty());
  write_file(folder.path() / "go", "");
  REQUIRE(node.process().wait_end(deadline));
  CHECK_FALSE(node.serves());
  CHECK_FALSE(is_orderly(*node.process().end_status()));
  CHECK(text_of_end(*node.process().end_status()) == "exit 9");
}

TEST_CASE("a sagad that exits with 0 or 1 ended as it may, and by a signal as it must not", "[storm]") {
  const private_folder folder;
  const auto end_of = [&](const std::string& script) {
    private_process p{shell(folder, script)};
    p.start();
    REQUIRE(p.wait_end(deadline));
    return *p.end_status();
  };
  CHECK(is_orderly(end_of("exit 0")));
  CHECK(is_orderly(end_of("exit 1")));
  CHECK_FALSE(is_orderly(end_of("exit 2")));
  const int segfault = end_of("kill -SEGV $$");
  CHECK_FALSE(is_orderly(segfault));
  CHECK(is_end_by(SIGSEGV, segfault));
  CHECK_FALSE(is_end_by(SIGTERM, segfault));
  CHECK(text_of_end(segfault) == "signal 11 (Segmentation fault)");
}

TEST_CASE("a folder is gone with its owner, unless it was to be kept", "[storm]") {
  std::filesystem::path gone, kept;
  {
    const private_folder folder;
    gone = folder.path();
    write_file(gone / "something", "in it");
    private_folder other;
    other.keep();
    kept = other.path();
  }
  CHECK_FALSE(std::filesystem::exists(gone));
  CHECK(std::filesystem::exists(kept));
  std::filesystem::remove_all(kept);
}
