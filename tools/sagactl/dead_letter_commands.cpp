#include "tools/sagactl/dead_letter_commands.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <memory>
#include <ostream>
#include <utility>

#include "tools/sagactl/asking.hpp"
#include "tools/sagactl/escaped.hpp"
#include "tools/sagactl/order_ids.hpp"
#include "tools/sagactl/output.hpp"
#include "workflows/strict_json.hpp"

namespace sagad::ctl {

namespace {

constexpr std::size_t body_shown_max = 4'096;
constexpr std::size_t body_listed_max = 60;

/// As on the command line.
struct list_options {
  std::string source;
  std::string reason;
  bool discarded = false;
  std::size_t limit = 0;
};

/// What became of one letter, for people and scripts.
struct letter_result {
  std::uint64_t number = 0;
  std::string result;
  std::string because{};
  letter_verdict what = letter_verdict::done;
  /// It was tried and did not come out well.
  bool failed = false;
};

std::string_view state_of(const kept_letter& k) {
  return k.discarded_at ? "discarded" : k.requeued_at ? "requeued" : "kept";
}

record to_record(const kept_letter& k) {
  return {{"number", k.number},
          {"source", k.letter.source},
          {"reason", k.letter.reason},
          {"at", to_rfc3339(k.letter.at)},
          {"state", state_of(k)},
          {"discarded_at", or_null(k.discarded_at)},
          {"discarded_by", or_null(k.discarded_by)},
          {"requeued_at", or_null(k.requeued_at)},
          {"requeue_result", or_null(k.requeue_result)},
          {"bytes", k.letter.body.size()},
          {"body", k.letter.body}};
}

presentation<kept_letter> as_letter(moment now) {
  return {.to_record = [](const kept_letter& k) { return to_record(k); },
          .id = [](const kept_letter& k) { return std::to_string(k.number); },
          .columns =
              {{"NUMBER", align::right}, {"AT"}, {"SOURCE"}, {"STATE"}, {"BYTES", align::right}, {"REASON"}, {"BODY"}},
          .row = [now](const kept_letter& k) -> std::vector<cell> {
            return {std::to_string(k.number),
                    relative(k.letter.at, now),
                    k.letter.source,
                    {std::string{state_of(k)}, k.discarded_at ? colour::faint : colour::plain},
                    std::to_string(k.letter.body.size()),
                    k.letter.reason,
                    escaped(k.letter.body, body_listed_max)};
          }};
}

void print_letter(session& s, const kept_letter& k) {
  const moment now = s.now();
  table head{{{""}, {""}}};
  const auto add = [&](const char* name, std::string value) {
    head.add({cell{name, colour::faint}, cell{std::move(value)}});
  };
  add("number", std::to_string(k.number));
  add("source", k.letter.source);
  add("reason", k.letter.reason);
  add("came", relative(k.letter.at, now));
  if (k.discarded_at)
    add("discarded", "by " + k.discarded_by + ' ' + relative(*k.discarded_at, now));
  if (k.requeued_at)
    add("requeued", relative(*k.requeued_at, now) + ": " + k.requeue_result);
  add("bytes", std::to_string(k.letter.body.size()));
  head.print_rows(s.out, s.on);
  s.out << '\n' << escaped(k.letter.body, body_shown_max) << '\n';
}

exit_code list_letters(session& s, const list_options& wanted) {
  letter_filter filter{.source = wanted.source, .reason = wanted.reason, .with_discarded = wanted.discarded};
  if (wanted.limit != 0)
    filter.limit = wanted.limit;
  const auto letters = s.office.list_letters(filter);
  if (!letters)
    return report(s, letters.error());
  print_list(s, *letters, as_letter(s.now()));
  return exit_code::done;
}

exit_code no_such_letter(session& s, std::uint64_t number) {
  return fail(s, exit_code::not_found,
              "There is no dead letter " + std::to_string(number) +
                  "; `sagactl deadletter list` shows those there are.");
}

exit_code show_letter(session& s, std::uint64_t number, bool raw) {
  const auto found = s.office.find_letter(number);
  if (!found)
    return report(s, found.error());
  if (!*found)
    return no_such_letter(s, number);
  if (raw)
    s.out << (*found)->letter.body;
  else
    print_one(s, to_record(**found), std::to_string(number), [&] { print_letter(s, **found); });
  return exit_code::done;
}

std::string_view word_of(letter_verdict v) {
  switch (v) {
  case letter_verdict::done:
    return "done";
  case letter_verdict::not_found:
    return "not found";
  case letter_verdict::unchanged:
    return "unchanged";
  case letter_verdict::impossible:
    return "impossible";
  }
  return "unknown";
}

presentation<letter_result> as_result() {
  return {.to_record = [](const letter_result& r) -> record {
            return {{"number", r.number}, {"result", r.result}, {"because", or_null(r.because)}};
          },
          .id = [](const letter_result& r) { return std::to_string(r.number); },
          .columns = {{"NUMBER", align::right}, {"RESULT"}, {"WHY"}},
          .row = [](const letter_result& r) -> std::vector<cell> {
            const bool well = !r.failed && r.what != letter_verdict::not_found;
            return {std::to_string(r.number), {r.result, well ? colour::good : colour::bad}, r.because};
          }};
}

exit_code tell_results(session& s, const std::vector<letter_result>& results) {
  print_list(s, results, as_result());
  const auto any = [&](auto is) { return std::any_of(results.begin(), results.end(), is); };
  if (any([](const letter_result& r) { return r.failed; }))
    return exit_code::failed;
  return any([](const letter_result& r) { return r.what == letter_verdict::not_found; }) ? exit_code::not_found
                                                                                         : exit_code::done;
}

/// Submits a letter again, and tells what was decided about it.
store_result<letter_result> requeued(session& s, std::uint64_t number, const std::string& why) {
  const auto answer = s.office.requeue_letter(number, s.who, why, s.now());
  if (!answer)
    return tl::unexpected{answer.error()};
  letter_result r{
      .number = number, .result = std::string{word_of(answer->what)}, .because = answer->because, .what = answer->what};
  if (const auto& decided = answer->answer) {
    r.result = decided->accepted ? (decided->duplicate ? "duplicate" : "accepted") : "refused";
    r.because = decided->error ? decided->error->code + ": " + decided->error->message : decided->order.value;
    r.failed = !decided->accepted;
  } else {
    r.failed = answer->what != letter_verdict::not_found;
  }
  return r;
}

exit_code requeue_letters(session& s, const std::vector<std::uint64_t>& numbers, const std::string& why) {
  std::vector<letter_result> results;
  for (const std::uint64_t number : numbers) {
    auto r = requeued(s, number, why);
    if (!r) {
      tell_results(s, results); // what was done before
      return report(s, r.error());
    }
    results.push_back(*std::move(r));
  }
  return tell_results(s, results);
}

exit_code tell_verdicts(session& s, const std::vector<std::uint64_t>& numbers,
                        const store_result<std::vector<letter_verdict>>& verdicts) {
  if (!verdicts)
    return report(s, verdicts.error());
  std::vector<letter_result> results;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const letter_verdict v = (*verdicts)[i];
    results.push_back({.number = numbers[i],
                       .result = std::string{word_of(v)},
                       .what = v,
                       .failed = v == letter_verdict::impossible});
  }
  return tell_results(s, results);
}

/// The numbers as typed, with those on stdin in the place of `-`; empty when one of them is none.
std::optional<std::vector<std::uint64_t>> numbers_meant(session& s, const std::vector<std::string>& typed) {
  std::vector<std::uint64_t> numbers;
  for (const std::string& word : words_meant(s, typed)) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc{} || end != word.data() + word.size()) {
      fail(s, exit_code::usage, "'" + printable(word) + "' is no dead letter's number. Nothing was done.");
      return std::nullopt;
    }
    numbers.push_back(number);
  }
  return numbers;
}

using change_fn = exit_code (*)(session&, const std::vector<std::uint64_t>&, const std::string& why);

void add_change(CLI::App& group, command_fn& chosen, const char* name, const char* summary, const char* example,
                change_fn change) {
  const auto typed = std::make_shared<std::vector<std::string>>();
  const auto reason = std::make_shared<std::string>();
  CLI::App* const verb = add_verb(group, chosen, name, summary, example, [=](session& s) {
    const auto numbers = numbers_meant(s, *typed);
    if (!numbers)
      return exit_code::usage;
    const auto why = reason_for(s, *reason);
    return why ? change(s, *numbers, *why) : why.error();
  });
  verb->add_option("N", *typed, "The numbers, as `deadletter list` shows them; - for those on stdin")
      ->required()
      ->expected(1, 1'000'000);
  verb->add_option("--reason", *reason, "Why; for the operators' log");
}

void add_list(CLI::App& group, command_fn& chosen) {
  const auto wanted = std::make_shared<list_options>();
  CLI::App* const list =
      add_verb(group, chosen, "list", "List dead letters, newest first", "sagactl deadletter list --source saga.orders",
               [wanted](session& s) { return list_letters(s, *wanted); });
  list->add_option("--source", wanted->source, "Only those from there");
  list->add_option("--reason", wanted->reason, "Only those with this in their reason");
  list->add_flag("--discarded", wanted->discarded, "Those that are discarded, too");
  list->add_option("--limit", wanted->limit, "At most so many")->check(whole_number(1, 1'000'000'000));
}

} // namespace

void add_dead_letter_group(CLI::App& app, command_fn& chosen) {
  CLI::App* const group = app.add_subcommand("deadletter", "What could not be understood or delivered");
  group->require_subcommand(1);
  add_list(*group, chosen);
  const auto number = std::make_shared<std::uint64_t>(0);
  const auto raw = std::make_shared<bool>(false);
  CLI::App* const show = add_verb(*group, chosen, "show", "Show a dead letter, its reason and its bytes",
                                  "sagactl deadletter show 17 --raw > letter.json",
                                  [=](session& s) { return show_letter(s, *number, *raw); });
  show->add_option("N", *number, "Its number, as `deadletter list` shows it")
      ->required()
      ->check(whole_number(0, std::numeric_limits<std::int64_t>::max()));
  show->add_flag("--raw", *raw, "Only its bytes, as they came");
  add_change(*group, chosen, "requeue", "Submit dead letters again, as they are: what was wrong is mended",
             "sagactl deadletter requeue 17 18 --reason 'the item is in the catalogue now'", requeue_letters);
  add_change(*group, chosen, "discard", "Discard dead letters; until the node's retention passes they can be restored",
             "sagactl deadletter list --source saga.orders -o ids | sagactl deadletter discard - --reason 'a test'",
             [](session& s, const std::vector<std::uint64_t>& numbers, const std::string& why) {
               return tell_verdicts(s, numbers, s.office.discard_letters(numbers, s.who, why, s.now()));
             });
  add_change(*group, chosen, "restore", "Take discarded dead letters back",
             "sagactl deadletter restore 17 --reason 'it was no test'",
             [](session& s, const std::vector<std::uint64_t>& numbers, const std::string& why) {
               return tell_verdicts(s, numbers, s.office.restore_letters(numbers, s.who, why, s.now()));
             });
}

} // namespace sagad::ctl
