// Throws arbitrary rows at the readers of a store: sagas, operations, and a node's circuits. What means nothing must be
// told as such; what is taken must be in bounds, must read back the same when it is written again, and whoever works
// with it must be able to.
//
// The first byte says which of the three; a column per line, `~` for null.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/fuzz/insist.hpp"
#include "tests/fuzz/patched.hpp"
#include "tests/workflows/ports/written_row.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/operations/why.hpp"
#include "workflows/ports/circuit_codec.hpp"
#include "workflows/ports/desk_rows.hpp"
#include "workflows/ports/stored_rows.hpp"
#include "workflows/returns/return_saga.hpp"

namespace {

using namespace sagad;
using fuzz::insist;
using tests::written_row;

constexpr std::size_t columns_max = 12;
constexpr moment noon{milliseconds{1'793'166'480'000}};

std::string text_of(const std::vector<written_row::column>& columns) {
  std::string text;
  for (const auto& column : columns)
    text += column.value_or("~") + '\n';
  return text;
}

/// As many columns as any of the readers may ask for.
written_row row_in(std::string_view text) {
  std::vector<written_row::column> columns;
  while (columns.size() < columns_max) {
    const std::string_view line = text.substr(0, text.find('\n'));
    columns.push_back(line == "~" ? std::nullopt : written_row::column{line});
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return written_row{std::move(columns)};
}

std::string progress_of(const saga& s) {
  std::string text;
  append_progress(text, s);
  return text;
}

std::string count_of(moment at) { return std::to_string(at.time_since_epoch().count()); }

std::string stored(const saga& s) {
  return text_of({s.id.value, std::string{to_string(s.state)}, s.outcome, std::to_string(s.sequence),
                  std::string{current_step(s)}, s.wakeup_at ? std::optional{count_of(*s.wakeup_at)} : std::nullopt,
                  count_of(s.created_at), count_of(s.updated_at), s.definition, std::to_string(s.version),
                  progress_of(s)});
}

const saga_catalog& known_definitions() {
  static const saga_catalog all = [] {
    saga_catalog made;
    insist(made.add(checkout::checkout_saga).has_value() && made.add(returns::return_saga).has_value());
    return made;
  }();
  return all;
}

/// Every event, each from where it stands.
void go_on_with(const saga& s) {
  const definition* def = known_definitions().find(s.definition, s.version);
  if (def == nullptr || !fits(*def, s))
    return;
  using enum event::kind;
  for (const auto what : {taken_up, replied, woken, cancel, hold, resume, retry, compensate, skip}) {
    event e{.what = what, .at = s.wakeup_at.value_or(noon), .who = "nora", .reason = "because"};
    e.answer = {.saga = s.id, .step = s.steps[s.at].name, .what = s.asking, .attempt = s.attempt};
    advance(*def, s, e);
  }
}

void check_saga(std::string_view text) {
  const written_row row = row_in(text);
  const auto read = read_saga(row);
  if (!read) {
    insist(!read.error().detail.empty());
    return;
  }
  insist(std::cmp_equal(read->sequence, row.integer(3)) && read->version == row.integer(9));
  for (const moment at : {read->created_at, read->updated_at, read->asking_since, read->wakeup_at.value_or(moment{})})
    insist(moment_from_rfc3339(to_rfc3339(at)) == at);
  const std::string once = stored(*read);
  if (read->id.value.find('\n') == std::string::npos) {
    const auto again = read_saga(row_in(once));
    insist(again.has_value() && stored(*again) == once);
  }

  const order_view view{.now = *read, .customer = {}, .total = 5, .owner = {}};
  const auto explained =
      operations::explain({.asked_for = read->order, .order = view, .now = noon}, known_definitions());
  insist(!explained.sentences.empty());
  go_on_with(*read);
}

void check_operation(std::string_view text) {
  try {
    const written_row row = row_in(text);
    const operation read = operation_in(row);
    const auto& pace = read.asked.pace;
    insist(!pace.per_second || std::cmp_equal(*pace.per_second, row.integer(5)));
    insist(std::cmp_equal(pace.canary, row.integer(6)));
    insist(abort_rule_from(abort_text(pace).value_or("failed>1")).has_value());
    const std::string value = value_text(read.asked.wanted.value);
    insist(value_text(json::parse(value)) == value);
    insist(moment_from_rfc3339(to_rfc3339(read.planned_at)) == read.planned_at);

    operations::pace released{pace, {.total = 1'000}, noon};
    insist(released.release(noon).count <= std::min<std::size_t>(pace.per_second.value_or(1'000), 1'000));
  } catch (const failure& meaningless) {
    insist(meaningless.error.what == store_error::kind::corrupt && !meaningless.error.detail.empty());
  }
}

void check_circuits(std::string_view text) {
  const auto read = circuits_in(text);
  for (const named_circuit& c : read)
    for (const auto at : {c.now.since, c.now.probe_at})
      insist(!at || moment_from_rfc3339(to_rfc3339(*at)) == at);
  const std::string once = circuits_text(read);
  insist(circuits_text(circuits_in(once)) == once);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string good_saga = stored(begin(checkout::checkout_saga, saga_id{"o-1"}, order_id{"o-1"}, noon));
  static const std::string good_operation =
      text_of({"7", "retry", "nora", "why not", "null", "5", "1", "failed>5%", count_of(noon), std::nullopt, "", ""});
  constexpr auto good_circuits =
      R"([{"participant":"payment","state":"open","forced":"none","since":1793166480000,"why":"w","probe_at":5}])";
  if (size == 0)
    return 0;
  switch (data[0] % 3) {
  case 0:
    check_saga(fuzz::patched(good_saga, data + 1, size - 1));
    break;
  case 1:
    check_operation(fuzz::patched(good_operation, data + 1, size - 1));
    break;
  default:
    check_circuits(fuzz::patched(good_circuits, data + 1, size - 1));
  }
  return 0;
}
