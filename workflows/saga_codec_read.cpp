#include <algorithm>
#include <array>
#include <bitset>
#include <concepts>
#include <utility>
#include <variant>

#include "workflows/saga_codec.hpp"

namespace sagad {

namespace {

/// A value that is no container. A text is the parser's own.
using scalar = std::variant<std::nullptr_t, bool, json::number_integer_t, json::number_unsigned_t, json::number_float_t,
                            std::string_view>;

json to_json(const scalar& value) {
  return std::visit([](const auto& known) { return json(known); }, value);
}

// --- one value into one member; false when it does not fit ------------------------------------------------------

template <class Number>
requires std::integral<Number>
bool take(const scalar& value, Number& into) {
  const auto fits = [&](auto number) {
    const bool in_range = std::in_range<Number>(number);
    into = in_range ? static_cast<Number>(number) : into;
    return in_range;
  };
  if (const auto* positive = std::get_if<json::number_unsigned_t>(&value))
    return fits(*positive);
  const auto* number = std::get_if<json::number_integer_t>(&value);
  return number != nullptr && fits(*number);
}

bool take(const scalar& value, bool& into) {
  const auto* known = std::get_if<bool>(&value);
  into = known != nullptr ? *known : into;
  return known != nullptr;
}

bool take(const scalar& value, std::string& into) {
  const auto* known = std::get_if<std::string_view>(&value);
  if (known != nullptr)
    into = *known;
  return known != nullptr;
}

bool take(const scalar& value, moment& into) {
  milliseconds::rep count = 0;
  const bool known = take(value, count);
  into = moment{milliseconds{count}};
  return known;
}

bool take(const scalar& value, std::optional<moment>& into) { return take(value, into.emplace()); }

template <class Enum>
bool take_word(const scalar& value, Enum& into, std::optional<Enum> (*from)(std::string_view)) {
  const auto* word = std::get_if<std::string_view>(&value);
  const auto known = word == nullptr ? std::nullopt : from(*word);
  into = known.value_or(into);
  return known.has_value();
}

bool take(const scalar& value, action& into) { return take_word(value, into, action_from); }
bool take(const scalar& value, saga_state& into) { return take_word(value, into, saga_state_from); }
bool take(const scalar& value, step_state& into) { return take_word(value, into, step_state_from); }
bool take(const scalar& value, std::optional<action>& into) { return take(value, into.emplace()); }
bool take(const scalar& value, std::optional<hold_cause>& into) {
  return take_word(value, into.emplace(), hold_cause_from);
}

/// Puts a document together from its pieces.
class json_builder {
public:
  bool is_open() const { return !open_.empty(); }
  void key(const std::string& k) { key_ = k; }
  void add(json& root, json value) { place(root) = std::move(value); }
  void open(json& root, json container) {
    json& at = place(root);
    at = std::move(container);
    open_.push_back(&at);
  }
  void close() { open_.pop_back(); }

private:
  json& place(json& root) {
    if (open_.empty())
      return root;
    json& in = *open_.back();
    return in.is_object() ? in[key_] : in.emplace_back();
  }

  std::vector<json*> open_;
  std::string key_;
};

/// Reads a saga's progress as its text goes by; nlohmann calls it back for each piece. A tree of the whole document
/// would take three times as long, and a restart reads many.
class progress_reader {
public:
  explicit progress_reader(saga& into) : saga_(into) {}

  /// Why it stopped, when that was not for the text being no JSON.
  std::string error;

  bool is_complete() {
    for (std::size_t i = 0; i < saga_fields.size(); ++i)
      if (saga_fields.at(i).needed && !seen_.test(i))
        return fail(std::string{saga_fields.at(i).name} + " is missing");
    return true;
  }

  // --- what nlohmann calls -------------------------------------------------------------------------------------

  bool null() { return on_scalar(nullptr); }
  bool boolean(bool value) { return on_scalar(value); }
  bool number_integer(json::number_integer_t value) { return on_scalar(value); }
  bool number_unsigned(json::number_unsigned_t value) { return on_scalar(value); }
  bool number_float(json::number_float_t value, const std::string&) { return on_scalar(value); }
  bool string(const std::string& value) { return on_scalar(std::string_view{value}); }
  bool binary(json::binary_t&) { return false; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) { return false; }

  bool key(const std::string& k) {
    if (result_.is_open())
      return result_.key(k), true;
    field_ = k;
    return where_ != place::saga || see(k);
  }

  bool start_object(std::size_t) {
    if (is_result())
      return result_.open(step().result, json::object()), true;
    switch (where_) {
    case place::outside:
      where_ = place::saga;
      return true;
    case place::steps:
      saga_.steps.emplace_back();
      has_state_ = false;
      where_ = place::step;
      return true;
    default:
      return misfit();
    }
  }

  bool end_object() {
    if (result_.is_open())
      return result_.close(), true;
    if (where_ == place::step && (step().name.empty() || !has_state_))
      return fail("a step lacks its name or its state");
    where_ = where_ == place::step ? place::steps : place::outside;
    return true;
  }

  bool start_array(std::size_t) {
    if (is_result())
      return result_.open(step().result, json::array()), true;
    if (where_ != place::saga || field_ != "steps")
      return where_ == place::outside ? false : misfit();
    where_ = place::steps;
    return true;
  }

  bool end_array() {
    if (result_.is_open())
      return result_.close(), true;
    where_ = place::saga;
    return true;
  }

private:
  enum class place : std::uint8_t { outside, saga, steps, step };

  struct field_name {
    std::string_view name;
    bool needed;
  };
  static constexpr std::array<field_name, 12> saga_fields{{{"asking", true},
                                                           {"attempt", true},
                                                           {"attempts_forgiven", false},
                                                           {"asking_since", true},
                                                           {"awaiting_reply", true},
                                                           {"held_from", false},
                                                           {"held_because", false},
                                                           {"last_error", false},
                                                           {"trouble", false},
                                                           {"trouble_detail", false},
                                                           {"troubled_since", false},
                                                           {"steps", true}}};

  bool see(std::string_view name) {
    const auto known = std::find_if(saga_fields.begin(), saga_fields.end(), [&](auto& f) { return f.name == name; });
    if (known == saga_fields.end())
      return misfit();
    const auto index = static_cast<std::size_t>(known - saga_fields.begin());
    if (seen_.test(index))
      return fail(field_ + " stands there twice");
    seen_.set(index);
    return true;
  }

  bool on_scalar(const scalar& value) {
    if (is_result())
      return result_.add(step().result, to_json(value)), true;
    switch (where_) {
    case place::saga:
      return take_saga_field(value) || misfit();
    case place::step:
      return take_step_field(value) || misfit();
    case place::steps:
      return fail("a step is no object");
    case place::outside:
      return false;
    }
    return false;
  }

  bool take_saga_field(const scalar& value) {
    saga& s = saga_;
    return field_ == "asking"              ? take(value, s.asking)
           : field_ == "attempt"           ? take(value, s.attempt)
           : field_ == "attempts_forgiven" ? take(value, s.attempts_forgiven)
           : field_ == "asking_since"      ? take(value, s.asking_since)
           : field_ == "awaiting_reply"    ? take(value, s.awaiting_reply)
           : field_ == "held_from"         ? take(value, s.held_from)
           : field_ == "held_because"      ? take(value, s.held_because)
           : field_ == "last_error"        ? take(value, s.last_error)
           : field_ == "trouble"           ? take(value, s.wrong.code)
           : field_ == "trouble_detail"    ? take(value, s.wrong.detail)
           : field_ == "troubled_since"    ? take(value, s.wrong.since)
                                           : false;
  }

  bool take_step_field(const scalar& value) {
    step_record& s = step();
    has_state_ = has_state_ || field_ == "state";
    return field_ == "step"         ? take(value, s.name)
           : field_ == "state"      ? take(value, s.state)
           : field_ == "attempts"   ? take(value, s.attempts)
           : field_ == "started_at" ? take(value, s.started_at)
           : field_ == "ended_at"   ? take(value, s.ended_at)
           : field_ == "code"       ? take(value, s.code)
           : field_ == "skipped"    ? take(value, s.skipped)
                                    : false;
  }

  bool is_result() const { return result_.is_open() || (where_ == place::step && field_ == "result"); }
  step_record& step() { return saga_.steps.back(); }

  bool misfit() {
    return fail((where_ == place::step ? "a step's " : "") + field_ + " is unknown or of the wrong type");
  }
  bool fail(std::string why) {
    error = std::move(why);
    return false;
  }

  saga& saga_;
  place where_ = place::outside;
  std::string field_;
  std::bitset<saga_fields.size()> seen_;
  bool has_state_ = false;
  json_builder result_;
};

} // namespace

tl::expected<saga, codec_error> with_progress(saga columns, std::string_view step, std::string_view progress) {
  constexpr std::size_t steps_usual = 8;
  columns.steps.clear();
  columns.steps.reserve(steps_usual);
  progress_reader reader{columns};
  if (!json::sax_parse(progress, &reader) || !reader.is_complete())
    return tl::unexpected{codec_error{reader.error.empty() ? "the progress is no JSON object" : reader.error}};
  const auto& steps = columns.steps;
  const auto at = std::find_if(steps.begin(), steps.end(), [step](const auto& r) { return r.name == step; });
  if (at == steps.end() && !step.empty())
    return tl::unexpected{codec_error{"the current step is none of the steps"}};
  columns.at = static_cast<std::size_t>(at - steps.begin());
  return columns;
}

} // namespace sagad
