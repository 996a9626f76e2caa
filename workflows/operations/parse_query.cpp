#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "workflows/duration.hpp"
#include "workflows/operations/nearest_word.hpp"
#include "workflows/operations/query.hpp"

namespace sagad::operations {

namespace {

using enum query_field;

constexpr std::array every_field{state, outcome, step, participant, code, customer, group, older_than};

/// A word, or what stands in quotes.
struct piece {
  std::size_t position = 0;
  std::string text;
};

class query_reader {
public:
  explicit query_reader(std::string_view text) : text_(text) {}

  tl::expected<query, text_error> read() {
    if (text_.size() > query_length_max)
      return wrong(query_length_max, "the query is longer than " + std::to_string(query_length_max) + " bytes");
    query q;
    skip_spaces();
    while (!is_at_end()) {
      if (q.terms.size() == query_terms_max)
        return wrong(at_, "the query has more than " + std::to_string(query_terms_max) + " terms");
      if (!q.terms.empty() && !read_and())
        return tl::unexpected{error_};
      auto term = read_term();
      if (!term)
        return tl::unexpected{error_};
      q.terms.push_back(*std::move(term));
      skip_spaces();
    }
    if (q.terms.empty())
      return wrong(0, "the query is empty; it reads state=held and older-than 5m");
    return q;
  }

private:
  bool read_and() {
    const piece word = read_word();
    if (word.text == "and") {
      skip_spaces();
      return !is_at_end() || fail(at_, "a term is missing after 'and'");
    }
    return fail(word.position, "'and' must stand between two terms, not '" + word.text + "'");
  }

  std::optional<query_term> read_term() {
    const piece name = read_word();
    const auto field = field_named(name);
    if (!field)
      return std::nullopt;
    if (*field == older_than)
      return read_age();
    if (is_at_end() || text_[at_] != '=') {
      fail(at_, "'=' must follow '" + name.text + "'");
      return std::nullopt;
    }
    ++at_;
    auto value = read_value();
    if (!value)
      return std::nullopt;
    if (*field == state && !saga_state_from(value->text)) {
      fail_at_word(*value, "state", states);
      return std::nullopt;
    }
    return query_term{.field = *field, .value = std::move(value->text)};
  }

  std::optional<query_term> read_age() {
    skip_spaces();
    const piece age = read_word();
    const auto length = parse_duration(age.text);
    if (!length) {
      fail(age.position, "'" + age.text + "' is no duration like 30s, 5m, 2h or 7d");
      return std::nullopt;
    }
    return query_term{.field = older_than, .age = *length};
  }

  std::optional<query_field> field_named(const piece& name) {
    for (const query_field f : every_field)
      if (to_string(f) == name.text)
        return f;
    std::array<std::string_view, every_field.size()> names;
    std::transform(every_field.begin(), every_field.end(), names.begin(), [](query_field f) { return to_string(f); });
    fail_at_word(name, "field", names);
    return std::nullopt;
  }

  std::optional<piece> read_value() {
    const bool quoted = !is_at_end() && text_[at_] == '"';
    auto value = quoted ? read_quoted() : std::optional{read_word()};
    if (value && value->text.empty()) {
      fail(value->position, "a value is missing");
      return std::nullopt;
    }
    return value;
  }

  std::optional<piece> read_quoted() {
    piece p{.position = at_, .text = {}};
    for (++at_; !is_at_end(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        if (is_at_end() || text_[at_] == ' ')
          return p;
        fail(at_, "something follows the closing quote");
        return std::nullopt;
      }
      const bool escapes = text_[at_] == '\\' && at_ + 1 < text_.size();
      if (escapes)
        ++at_;
      p.text += text_[at_];
    }
    fail(p.position, "the quote is not closed");
    return std::nullopt;
  }

  /// Up to a space, a quote or `=`.
  piece read_word() {
    const std::size_t end = std::min(text_.find_first_of(" \"=", at_), text_.size());
    piece p{.position = at_, .text = std::string{text_.substr(at_, end - at_)}};
    at_ = end;
    return p;
  }

  void fail_at_word(const piece& word, const std::string& kind, std::span<const std::string_view> known) {
    const std::string_view meant = nearest_word(word.text, known);
    std::string every;
    for (const std::string_view each : known)
      every += (every.empty() ? "" : ", ") + std::string{each};
    fail(word.position, "'" + word.text + "' is no " + kind + "; " +
                            (meant.empty() ? "there are " + every : "did you mean '" + std::string{meant} + "'?"));
  }

  bool fail(std::size_t position, std::string message) {
    error_ = {position, std::move(message)};
    return false;
  }
  static tl::unexpected<text_error> wrong(std::size_t position, std::string message) {
    return tl::unexpected{text_error{position, std::move(message)}};
  }

  bool is_at_end() const { return at_ >= text_.size(); }
  void skip_spaces() {
    while (!is_at_end() && text_[at_] == ' ')
      ++at_;
  }

  static constexpr std::array<std::string_view, 5> states{"running", "compensating", "held", "completed",
                                                          "rolled_back"};

  std::string_view text_;
  std::size_t at_ = 0;
  text_error error_;
};

} // namespace

tl::expected<query, text_error> parse_query(std::string_view text) { return query_reader{text}.read(); }

} // namespace sagad::operations
