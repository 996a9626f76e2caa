#include "actors/timer_queue.hpp"

#include <algorithm>
#include <memory>
#include <random>
#include <string>

#include <catch2/catch.hpp>

using namespace sagad;
using namespace sagad::actors;

namespace {

moment at(int ms) { return moment{milliseconds{ms}}; }

template <class T>
std::vector<T> all_due(timer_queue<T>& queue, moment now) {
  std::vector<T> due;
  while (queue.has_due(now))
    due.push_back(queue.pop());
  return due;
}

} // namespace

TEST_CASE("what is due comes out by time, whatever the order it went in", "[timer_queue]") {
  std::vector<int> times(500);
  std::mt19937 chance{7};
  for (int& t : times)
    t = static_cast<int>(chance() % 100);
  timer_queue<int> queue;
  for (const int t : times)
    queue.push(at(t), t);

  std::sort(times.begin(), times.end());
  CHECK(all_due(queue, at(100)) == times);
  CHECK(queue.empty());
}

TEST_CASE("what is not due yet stays", "[timer_queue]") {
  timer_queue<std::string> queue;
  queue.push(at(20), "later");
  queue.push(at(10), "sooner");

  CHECK_FALSE(queue.has_due(at(9)));
  CHECK(all_due(queue, at(10)) == std::vector<std::string>{"sooner"});
  CHECK_FALSE(queue.empty());
  CHECK(all_due(queue, at(20)) == std::vector<std::string>{"later"});
}

TEST_CASE("of two things due at the same moment neither gets lost", "[timer_queue]") {
  timer_queue<int> queue;
  queue.push(at(5), 1);
  queue.push(at(5), 2);

  auto due = all_due(queue, at(5));
  std::sort(due.begin(), due.end());
  CHECK(due == std::vector{1, 2});
}

TEST_CASE("an empty queue has nothing due", "[timer_queue]") {
  const timer_queue<int> queue;
  CHECK(queue.empty());
  CHECK_FALSE(queue.has_due(moment::max()));
}

TEST_CASE("things that can only be moved can wait too", "[timer_queue]") {
  timer_queue<std::unique_ptr<int>> queue;
  queue.push(at(2), std::make_unique<int>(2));
  queue.push(at(1), std::make_unique<int>(1));
  CHECK(*queue.pop() == 1);
  CHECK(*queue.pop() == 2);
}
