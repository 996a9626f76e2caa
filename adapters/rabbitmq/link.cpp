#include "adapters/rabbitmq/link.hpp"

#include <array>
#include <random>
#include <utility>

#include <poll.h>
#include <sys/socket.h>

#include "adapters/rabbitmq/declare.hpp"

namespace sagad::rabbitmq {

namespace {

constexpr amqp_channel_t first_channel = 1;
constexpr int frames_per_turn_max = 1'024;
/// Short enough for the shortest heartbeat, and for duties that look at the clock.
constexpr std::chrono::milliseconds wait_max{250};
constexpr std::chrono::milliseconds goodbye_max{1'000};
/// A connection that held for so long was a good one.
constexpr std::chrono::seconds good_while{5};

std::size_t any_of(std::size_t count) {
  std::random_device random;
  return std::uniform_int_distribution<std::size_t>{0, count - 1}(random);
}

} // namespace

link::link(std::string name, std::vector<endpoint> hosts, topology needs, duty& work, report tell)
    : name_(std::move(name)), hosts_(std::move(hosts)), needs_(std::move(needs)), duty_(work), report_(std::move(tell)),
      next_host_(any_of(hosts_.size())) {}

link::~link() { stop(std::chrono::milliseconds{0}); }

result<void> link::connect() {
  for (std::size_t i = 0;; ++i) {
    auto opened = open_next();
    if (opened) {
      first_ = std::move(*opened);
      return {};
    }
    if (i + 1 == hosts_.size())
      return tl::unexpected{opened.error()};
  }
}

void link::run() {
  thread_ = std::thread{[this] {
    loop();
    const std::scoped_lock lock{ended_lock_};
    has_ended_ = true;
    ended_.notify_all();
  }};
}

void link::stop(std::chrono::milliseconds patience) {
  if (!thread_.joinable())
    return;
  state_ = state::leaving;
  wake();
  {
    std::unique_lock lock{ended_lock_};
    if (!ended_.wait_for(lock, patience, [this] { return has_ended_; })) {
      state_ = state::stopped;
      const std::scoped_lock socket_lock{socket_lock_};
      if (socket_ >= 0)
        ::shutdown(socket_, SHUT_RDWR);
    }
  }
  thread_.join();
}

void link::loop() {
  while (state_ == state::running) {
    auto on = first_ ? result<connection>{std::move(*std::exchange(first_, std::nullopt))} : open_next();
    if (!on) {
      tell(on.error());
      if (on.error().lasting)
        pause(backoff_.longest());
      else if (failed_hosts_ % hosts_.size() == 0)
        pause(backoff_.next());
      continue;
    }
    const auto since = std::chrono::steady_clock::now();
    expose_socket(on->socket());
    const auto served = serve(*on);
    expose_socket(-1);
    duty_.lost();
    if (served)
      return;
    tell(served.error());
    if (std::chrono::steady_clock::now() - since >= good_while)
      backoff_.reset();
    next_host_ = (next_host_ + 1) % hosts_.size();
    pause(served.error().lasting ? backoff_.longest() : backoff_.next());
  }
}

/// The next host, greeted and with everything on it that is needed.
result<connection> link::open_next() {
  auto on = connection::open(hosts_[next_host_], name_);
  result<void> ready;
  if (!on)
    ready = tl::unexpected{on.error()};
  else if (ready = on->open_channel(first_channel); ready)
    ready = declare(*on, first_channel, needs_);
  if (ready) {
    failed_hosts_ = 0;
    return on;
  }
  ++failed_hosts_;
  next_host_ = (next_host_ + 1) % hosts_.size();
  return tl::unexpected{ready.error()};
}

/// Until it fails, or the link shall stop.
result<void> link::serve(connection& on) {
  if (auto begun = duty_.begin(on); !begun)
    return begun;
  if (state_ == state::running)
    report_({});
  for (;;) {
    const auto leaves = state_ != state::running;
    const auto more = turn(on);
    if (!more)
      return state_ == state::running ? result<void>{tl::unexpected{more.error()}} : result<void>{};
    if (leaves && !*more) {
      on.close(goodbye_max);
      return {};
    }
    if (!*more)
      wait_for_work(on);
  }
}

/// True when there is more to do at once.
result<bool> link::turn(connection& on) {
  auto more = duty_.send(on);
  if (!more)
    return more;
  amqp_frame_t frame{};
  int frames = 0;
  for (; frames < frames_per_turn_max; ++frames) {
    const auto read = on.read(frame);
    if (!read)
      return tl::unexpected{read.error()};
    if (!*read)
      break;
    if (auto received = duty_.receive(on, frame); !received)
      return tl::unexpected{received.error()};
    on.release();
  }
  on.release(); // what the answers to `send` left
  duty_.received();
  return *more || frames == frames_per_turn_max || on.has_more();
}

void link::wait_for_work(const connection& on) {
  std::array<pollfd, 2> fds{
      {{.fd = on.socket(), .events = POLLIN, .revents = 0}, {.fd = wakeup_.fd(), .events = POLLIN, .revents = 0}}};
  // Interrupted is as good as woken.
  ::poll(fds.data(), fds.size(), static_cast<int>(wait_max.count()));
  wakeup_.silence();
}

void link::tell(const failure& f) {
  if (state_ == state::running)
    report_(f.why);
}

/// What is to be sent does not shorten it, only `stop` does.
void link::pause(std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  while (state_ == state::running) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    if (left <= 0)
      return;
    pollfd fd{.fd = wakeup_.fd(), .events = POLLIN, .revents = 0};
    ::poll(&fd, 1, static_cast<int>(left));
    wakeup_.silence();
  }
}

void link::expose_socket(int socket) {
  const std::scoped_lock lock{socket_lock_};
  socket_ = socket;
}

} // namespace sagad::rabbitmq
