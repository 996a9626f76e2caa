#include "tools/sagactl/submit_command.hpp"

#include <cerrno>
#include <random>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "tools/sagactl/interrupt.hpp"
#include "tools/sagactl/line_reader.hpp"
#include "tools/sagactl/output.hpp"
#include "workflows/checkout/acceptance.hpp"
#include "workflows/checkout/order_named_in.hpp"

namespace sagad::ctl {

namespace {

/// One commit's worth. Large enough to make commits cheap, small enough that a node never waits long for its turn.
constexpr std::size_t batch_lines_max = 500;
constexpr std::size_t batch_bytes_max = 8'388'608;

class input_file {
public:
  explicit input_file(const std::string& name)
      : fd_(name == "-" ? STDIN_FILENO : ::open(name.c_str(), O_RDONLY | O_CLOEXEC)), error_(fd_ < 0 ? errno : 0) {}
  ~input_file() {
    if (fd_ > STDERR_FILENO)
      ::close(fd_);
  }
  input_file(const input_file&) = delete;
  input_file& operator=(const input_file&) = delete;

  int fd() const { return fd_; }
  int error() const { return error_; }

private:
  int fd_;
  int error_;
};

record error_of(const refusal& why, std::size_t line) {
  return {{"code", why.code}, {"message", why.message}, {"field", or_null(why.field)}, {"line", line}};
}

/// One line of the input on its way to an answer. Refused before the store saw it, or submitted.
struct entry {
  std::size_t line = 0;
  record refused;
};

std::mt19937_64 seeded() {
  std::random_device entropy;
  std::seed_seq seed{entropy(), entropy(), entropy(), entropy()};
  return std::mt19937_64{seed};
}

class order_submitter {
public:
  explicit order_submitter(session& s) : s_(s) {}

  exit_code run(line_reader& input) {
    const auto stopped = read_all(input);
    if (s_.format_or(output_format::jsonl) == output_format::table)
      results_.print(s_.out, s_.on);
    if (stopped)
      return *stopped;
    return all_accepted_ ? exit_code::done : exit_code::failed;
  }

private:
  std::optional<exit_code> read_all(line_reader& input) {
    while (true) {
      const bool full = entries_.size() >= batch_lines_max || batch_bytes_ >= batch_bytes_max;
      // A submitter that waits for an answer before it writes the next order must get it.
      if (full || (!entries_.empty() && input.would_wait()))
        if (const auto stopped = submit_batch())
          return stopped;
      const auto line = input.next();
      if (!line)
        return fail(s_, exit_code::failed,
                    "Reading stopped after line " + std::to_string(line_) + ": " + line.error().message() +
                        ". The lines after it were not submitted.");
      if (!*line)
        return submit_batch();
      ++line_;
      take(**line);
    }
  }

  void take(const std::string& line) {
    if (line.find_first_not_of(" \t\r") == std::string::npos)
      return;
    entry e{.line = line_, .refused = nullptr};
    auto parsed = checkout::parse_submission(line);
    if (parsed) {
      // Named here rather than by the store, so that even an order whose answer is lost can be asked for.
      if (parsed->order.value.empty())
        parsed->order = checkout::generated_order_id(s_.now(), random_(), random_());
      submissions_.push_back(std::move(*parsed));
      batch_bytes_ += line.size();
    } else {
      e.refused = {{"order_id", or_null(checkout::order_named_in(line).value)},
                   {"accepted", false},
                   {"duplicate", false},
                   {"error", error_of(parsed.error(), line_)}};
    }
    entries_.push_back(std::move(e));
  }

  /// The exit code when it must not go on.
  std::optional<exit_code> submit_batch() {
    const interrupt_deferral until_told;
    store_result<std::vector<acceptance>> answers;
    if (!submissions_.empty())
      answers = s_.office.submit(submissions_, s_.now());
    std::size_t next = 0;
    for (entry& e : entries_) {
      if (!e.refused.is_null())
        tell(e.refused);
      else if (answers)
        tell(record_of((*answers)[next++], e.line));
      else
        tell(record_of(without_answer(submissions_[next++], answers.error()), e.line));
    }
    entries_.clear();
    submissions_.clear();
    batch_bytes_ = 0;
    s_.out.flush();
    if (!answers)
      return report(s_, answers.error());
    if (!s_.out) // nobody can be told of further orders, so there shall be none
      return exit_code::failed;
    return std::nullopt;
  }

  static acceptance without_answer(const checkout::submission& submitted, const store_error& error) {
    acceptance a;
    a.order = submitted.order;
    if (error.what == store_error::kind::in_doubt)
      a.unanswered = true;
    else
      a.error = refusal{std::string{codes::store_unavailable}, "", "The store could not be written; submit it again."};
    return a;
  }

  /// A lost answer is neither yes nor no: the order may well be durable.
  static record record_of(const acceptance& a, std::size_t line) {
    record r{{"order_id", a.order.value}, {"accepted", a.accepted}, {"duplicate", a.duplicate}, {"error", nullptr}};
    if (a.unanswered) {
      r["accepted"] = nullptr;
      r["error"] =
          error_of({"NO_ANSWER", "", "The answer got lost; submit the order again to learn what became of it."}, line);
    } else if (a.error) {
      r["error"] = error_of(*a.error, line);
    }
    return r;
  }

  void tell(const record& result) {
    const bool accepted = result["accepted"] == true;
    all_accepted_ = all_accepted_ && accepted;
    switch (s_.format_or(output_format::jsonl)) {
    case output_format::json: // one line each here too: results come as the orders go
    case output_format::jsonl:
      s_.out << one_line(result) << '\n';
      break;
    case output_format::ids:
      if (accepted)
        s_.out << result["order_id"].get<std::string>() << '\n';
      break;
    case output_format::table:
      results_.add(row_of(result));
      break;
    }
  }

  static std::vector<cell> row_of(const record& result) {
    const record& id = result["order_id"];
    const record& error = result["error"];
    std::vector<cell> row{id.is_null() ? "-" : id.get<std::string>()};
    if (error.is_null())
      row.emplace_back(result["duplicate"] == true ? "duplicate" : "accepted", colour::good);
    else
      row.emplace_back(error["code"].get<std::string>(), colour::bad);
    row.emplace_back(error.is_null() ? ""
                                     : "line " + error["line"].dump() + ": " + error["message"].get<std::string>());
    return row;
  }

  session& s_;
  std::size_t line_ = 0;
  std::vector<entry> entries_;
  std::vector<checkout::submission> submissions_;
  std::size_t batch_bytes_ = 0;
  bool all_accepted_ = true;
  std::mt19937_64 random_ = seeded();
  table results_{{{"ORDER"}, {"RESULT"}, {"WHY"}}};
};

} // namespace

exit_code submit_orders(session& s, const std::string& file) {
  const input_file input{file};
  if (input.error() != 0) {
    const std::string why = std::generic_category().message(input.error());
    const exit_code code = input.error() == ENOENT   ? exit_code::not_found
                           : input.error() == EACCES ? exit_code::not_permitted
                                                     : exit_code::failed;
    return fail(s, code, "Cannot open " + file + ": " + why + ". Give a file with one order a line, or - for stdin.");
  }
  line_reader lines{input.fd(), checkout::submission_bytes_max};
  return order_submitter{s}.run(lines);
}

} // namespace sagad::ctl
