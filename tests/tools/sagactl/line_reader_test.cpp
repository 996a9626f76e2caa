#include "tools/sagactl/line_reader.hpp"

#include <array>
#include <string_view>

#include <catch2/catch.hpp>
#include <unistd.h>

using namespace sagad::ctl;

namespace {

/// A pipe whose writing end the test holds. What is written must fit the pipe's buffer (64 KiB).
class pipe_with {
public:
  explicit pipe_with(std::string_view text) {
    REQUIRE(::pipe(ends_.data()) == 0);
    write(text);
  }
  ~pipe_with() {
    close_writer();
    ::close(ends_[0]);
  }
  pipe_with(const pipe_with&) = delete;
  pipe_with& operator=(const pipe_with&) = delete;

  int reader() const { return ends_[0]; }
  void write(std::string_view text) {
    REQUIRE(::write(ends_[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  void close_writer() {
    if (ends_[1] >= 0)
      ::close(ends_[1]);
    ends_[1] = -1;
  }

private:
  std::array<int, 2> ends_{-1, -1};
};

std::string next_of(line_reader& lines) {
  const auto line = lines.next();
  REQUIRE(line);
  return line->value_or("(end)");
}

} // namespace

TEST_CASE("lines come one by one, the last one with or without its end", "[line_reader]") {
  pipe_with input{"one\n\nthree"};
  input.close_writer();
  line_reader lines{input.reader(), 100};
  CHECK(next_of(lines) == "one");
  CHECK(next_of(lines).empty());
  CHECK(next_of(lines) == "three");
  CHECK(next_of(lines) == "(end)");
}

TEST_CASE("of a line that is too long just enough is kept to see it", "[line_reader][hostile]") {
  pipe_with input{std::string(60'000, 'x') + "\nnext\n"};
  input.close_writer();
  line_reader lines{input.reader(), 10};
  CHECK(next_of(lines) == std::string(11, 'x'));
  CHECK(next_of(lines) == "next");
}

TEST_CASE("it knows when the writer waits for us", "[line_reader]") {
  pipe_with input{"one\ntwo\n"};
  line_reader lines{input.reader(), 100};
  CHECK(next_of(lines) == "one");
  CHECK_FALSE(lines.would_wait());
  CHECK(next_of(lines) == "two");
  CHECK(lines.would_wait());
  input.write("three\n");
  CHECK_FALSE(lines.would_wait());
}

TEST_CASE("what cannot be read is an error, not the end", "[line_reader]") {
  line_reader lines{-1, 100};
  CHECK(lines.next().error() == std::errc::bad_file_descriptor);
}
