#include "workflows/operations/cause.hpp"

#include <algorithm>
#include <cstdint>

#include "workflows/saga_machine.hpp"

namespace sagad::operations {

namespace {

/// Shorter ones are words.
constexpr std::size_t hex_length_min = 8;
constexpr std::size_t word_length_max = 48;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '-'; }
bool joins(char c) { return c == '.' || c == ':' || c == '-' || c == '+' || c == '_' || c == ','; }

/// How much of `text` belongs to the word that it begins with. What joins words does so only between them.
std::size_t length_of_word(std::string_view text) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i]) || is_letter(text[i]))
      end = i + 1;
    else if (!joins(text[i]) || end != i) // one at a time
      break;
  }
  return end;
}

bool tells_orders_apart(std::string_view word, std::initializer_list<std::string_view> also) {
  return std::any_of(word.begin(), word.end(), is_digit) ||
         (word.size() >= hex_length_min && std::all_of(word.begin(), word.end(), is_hex)) ||
         std::find(also.begin(), also.end(), word) != also.end();
}

/// Without a character cut in two.
std::string_view cut(std::string_view text, std::size_t length_max) {
  if (text.size() <= length_max)
    return text;
  while (length_max > 0 && (static_cast<unsigned char>(text[length_max]) & 0xC0U) == 0x80U)
    --length_max;
  return text.substr(0, length_max);
}

class normalising {
public:
  void word(std::string_view w) { add(cut(w, word_length_max)); }
  void mark() {
    // "# #", "#, #" and "-#" say no more than "#".
    const auto last = text_.find_last_not_of(" ,-+:./");
    if (last != std::string::npos && text_[last] == '#') {
      text_.resize(last + 1);
      space_ = false;
      return;
    }
    if (!text_.empty() && (text_.back() == '-' || text_.back() == '+'))
      text_.pop_back();
    add("#");
  }
  void sign(char c) { add({&c, 1}); }
  void space() { space_ = !text_.empty(); }
  bool is_full() const { return text_.size() > detail_length_max; }
  std::string text() && { return std::string{cut(text_, detail_length_max)}; }

private:
  void add(std::string_view what) {
    if (space_)
      text_ += ' ';
    space_ = false;
    text_ += what;
  }

  std::string text_;
  bool space_ = false;
};

/// FNV-1a (Fowler, Noll, Vo), 64 bits.
class fingerprint {
public:
  void add(std::string_view text) {
    for (const char c : text)
      add_byte(static_cast<unsigned char>(c));
    add_byte(0); // parts never run into each other: no text holds what is added after it
  }
  std::uint64_t value() const { return hash_; }

private:
  void add_byte(unsigned char byte) { hash_ = (hash_ ^ byte) * 0x100000001b3ULL; }
  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
};

} // namespace

std::string_view step_as_asked(const saga& s, const saga_catalog& definitions) {
  if (s.at >= s.steps.size())
    return {};
  const definition* known = definitions.find(s.definition, s.version);
  return known != nullptr && fits(*known, s) ? name_of(*known, s) : std::string_view{s.steps[s.at].name};
}

cause cause_of(const order_view& order, const saga_catalog& definitions) {
  const saga& s = order.now;
  cause c;
  c.step = step_as_asked(s, definitions);
  const definition* known = definitions.find(s.definition, s.version);
  if (known != nullptr && fits(*known, s) && s.at < s.steps.size())
    c.participant = known->steps[s.at].participant;
  std::string_view words = s.wrong.detail;
  c.code = s.wrong.code;
  if (s.state == saga_state::held) {
    if (s.held_because == hold_cause::by_person)
      c.code = held_by_operator;
    else if (s.held_because == hold_cause::unknown_definition)
      c.code = unknown_definition;
    else if (c.code.empty()) // an older version held it, and left only words
      c.code = codes::unknown;
    if (c.code != s.wrong.code)
      words = s.last_error;
  }
  c.detail = normalised(words, {s.order.value, order.customer.value});
  return c;
}

std::string normalised(std::string_view detail, std::initializer_list<std::string_view> also) {
  normalising out;
  while (!detail.empty() && !out.is_full()) {
    const std::size_t length = length_of_word(detail);
    if (length > 0) {
      const std::string_view word = detail.substr(0, length);
      tells_orders_apart(word, also) ? out.mark() : out.word(word);
    } else if (static_cast<unsigned char>(detail[0]) <= ' ') {
      out.space();
    } else {
      out.sign(detail[0]);
    }
    detail.remove_prefix(std::max<std::size_t>(1, length));
  }
  return std::move(out).text();
}

std::string key_of(const cause& c) {
  fingerprint f;
  for (const std::string_view part : {std::string_view{c.step}, std::string_view{c.participant},
                                      std::string_view{c.code}, std::string_view{c.detail}})
    f.add(part);
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr int length = 10;
  std::string key(length, '0');
  std::uint64_t rest = f.value() ^ (f.value() >> 40U);
  for (char& c_of_key : key) {
    c_of_key = digits[rest & 0xFU];
    rest >>= 4U;
  }
  return key;
}

} // namespace sagad::operations
