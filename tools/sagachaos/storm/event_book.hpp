#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sagad::chaos::storm {

/// One promise that was broken, and by what.
struct accusation {
  /// What kind of thing is wrong, in a few words that can be grouped by.
  std::string charge;
  /// The order, customer or sku it is about.
  std::string subject;
  std::string detail;

  friend bool operator==(const accusation&, const accusation&) = default;
};

/// A fact as a listener hears it.
struct heard_fact {
  std::string id;
  std::string order;
  std::uint64_t sequence = 0;
  std::string type;
  /// Everything else that it says: the same fact says the same each time.
  std::string rest{};
  /// The broker says that it handed it out before.
  bool redelivered = false;
};

/// What a listener heard, each order's facts in order. Holds the stream to its rule: as published, in order, without a
/// gap, each with an id of its own, and the same each time that it comes again. One that the broker handed out before
/// was in its queue before what overtook it: a listener whose connection broke may hear it after that. A value; not
/// thread-safe.
class event_book {
public:
  void hear(const heard_fact& fact);

  /// Facts, without repetitions; and the repetitions.
  std::size_t facts() const { return facts_; }
  std::size_t repetitions() const { return repetitions_; }
  /// How many were heard after a later one, having been handed out before.
  std::size_t overtaken() const { return overtaken_; }
  /// By order, the types of its facts in the order of their sequence.
  std::vector<std::string_view> heard_of(const std::string& order) const;
  /// The type of the last fact of that order; empty when none was heard.
  std::string_view last_of(const std::string& order) const;
  std::vector<std::string> orders() const;
  const std::vector<accusation>& accusations() const { return accusations_; }

private:
  struct known_fact {
    /// Of `types_`.
    std::size_t type = 0;
    std::size_t digest = 0;
  };

  struct heard_order {
    /// From the first one on, without a gap.
    std::vector<known_fact> facts{};
    /// By sequence: those that came before one that they follow.
    std::map<std::uint64_t, known_fact> early{};
  };

  std::size_t number_of(const std::string& type);

  std::unordered_map<std::string, heard_order> orders_;
  std::map<std::string, std::size_t> type_numbers_;
  std::vector<std::string> types_;
  std::size_t facts_ = 0;
  std::size_t repetitions_ = 0;
  std::size_t overtaken_ = 0;
  std::vector<accusation> accusations_;
};

} // namespace sagad::chaos::storm
