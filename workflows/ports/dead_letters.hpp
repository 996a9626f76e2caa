#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workflows/moment.hpp"
#include "workflows/ports/store.hpp"

namespace sagad {

/// A dead letter as it is kept.
struct kept_letter {
  std::uint64_t number = 0;
  dead_letter letter;
  /// Set while it is discarded: it can be restored until the node's retention passes.
  std::optional<moment> discarded_at{};
  std::string discarded_by{};
  /// When it was last submitted again, and what became of that, for people.
  std::optional<moment> requeued_at{};
  std::string requeue_result{};
};

/// Which dead letters to list. Empty members do not restrict. Newest first.
struct letter_filter {
  std::string source{};
  /// A part of the reason.
  std::string reason{};
  /// Those that are discarded, too.
  bool with_discarded = false;
  std::optional<std::size_t> limit{};
};

/// What became of one dead letter that somebody did something with.
enum class letter_verdict : std::uint8_t {
  done,
  not_found,
  unchanged, // it was so already
  impossible // only a submission can be submitted again, and none that is discarded
};

struct requeue_result {
  letter_verdict what = letter_verdict::not_found;
  /// What was decided about the submission; none when it could not be read again, or nothing was tried.
  std::optional<acceptance> answer{};
  /// Why it could not be read or tried, in a sentence.
  std::string because{};
};

/// The dead letters. Part of the back office. Everything is logged.
class dead_letter_desk {
public:
  virtual ~dead_letter_desk() = default;

  virtual store_result<std::vector<kept_letter>> list_letters(const letter_filter& filter) = 0;
  virtual store_result<std::optional<kept_letter>> find_letter(std::uint64_t number) = 0;

  /// One verdict per number, in the order given.
  virtual store_result<std::vector<letter_verdict>> discard_letters(const std::vector<std::uint64_t>& numbers,
                                                                    const std::string& who, const std::string& why,
                                                                    moment now) = 0;
  virtual store_result<std::vector<letter_verdict>> restore_letters(const std::vector<std::uint64_t>& numbers,
                                                                    const std::string& who, const std::string& why,
                                                                    moment now) = 0;
  /// Submits it again, through the store, as it is: for when what was wrong was not the message. One that is accepted
  /// now, or was accepted meanwhile, is discarded with the same commit.
  virtual store_result<requeue_result> requeue_letter(std::uint64_t number, const std::string& who,
                                                      const std::string& why, moment now) = 0;
};

} // namespace sagad
