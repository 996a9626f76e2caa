#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sqlite/statement.hpp"
#include "workflows/ports/dead_letters.hpp"

namespace sagad::sqlite {

/// The dead letters. Works within the caller's transactions.
class letter_box {
public:
  explicit letter_box(const connection& on);

  void keep(const dead_letter& letter);

  std::optional<kept_letter> find(std::uint64_t number);
  /// Newest first.
  std::vector<kept_letter> list(const letter_filter& filter);
  /// Those that nobody discarded.
  std::size_t count();

  letter_verdict discard(std::uint64_t number, const std::string& who, moment now);
  letter_verdict restore(std::uint64_t number);
  void note_requeued(std::uint64_t number, const std::string& result, moment now);

  bool has_discarded(moment before);
  std::size_t purge(moment discarded_before, std::size_t count_max);

private:
  letter_verdict verdict_of(int changed, std::uint64_t number);

  statement insert_;
  statement select_;
  statement list_;
  statement count_;
  statement exists_;
  statement discard_;
  statement restore_;
  statement note_;
  statement any_discarded_;
  statement purge_;
};

} // namespace sagad::sqlite
