#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/sagactl/session.hpp"
#include "tools/sagactl/table.hpp"
#include "workflows/moment.hpp"

namespace sagad::ctl {

/// A thing as scripts read it; its members keep the order they are written in.
using record = nlohmann::ordered_json;

/// One line of JSON. Bytes that are no UTF-8 are replaced: output is always valid.
std::string one_line(const record& r);

/// JSON over several lines, for one thing that people may look at.
std::string indented(const record& r);

/// Null for an empty text, and for a time that is not there.
record or_null(const std::string& text);
record or_null(const std::optional<moment>& at);

/// `3m 20s ago`, `in 250ms`, `now`.
std::string relative(moment at, moment now);

/// How a kind of thing looks in each form.
template <class T>
struct presentation {
  std::function<record(const T&)> to_record;
  std::function<std::string(const T&)> id{};
  std::vector<column> columns{};
  std::function<std::vector<cell>(const T&)> row{};
};

template <class T>
void print_list(session& s, const std::vector<T>& things, const presentation<T>& as) {
  switch (s.format_or(output_format::table)) {
  case output_format::table: {
    table rows{as.columns};
    for (const T& thing : things)
      rows.add(as.row(thing));
    rows.print(s.out, s.on);
    break;
  }
  case output_format::json: {
    s.out << '[';
    std::string_view separator = "\n";
    for (const T& thing : things) {
      s.out << separator << one_line(as.to_record(thing));
      separator = ",\n";
    }
    s.out << (things.empty() ? "]\n" : "\n]\n");
    break;
  }
  case output_format::jsonl:
    for (const T& thing : things)
      s.out << one_line(as.to_record(thing)) << '\n';
    break;
  case output_format::ids:
    for (const T& thing : things)
      s.out << as.id(thing) << '\n';
    break;
  }
}

/// For verbs whose answer has no ids: a usage error, told, where they are asked for. `what`: `A status`.
std::optional<exit_code> refuse_ids(session& s, const std::string& what);

/// One thing: `print_table` draws it for people.
void print_one(session& s, const record& r, const std::string& id, const std::function<void()>& print_table);

template <class T>
void print_one(session& s, const T& thing, const presentation<T>& as) {
  print_one(s, as.to_record(thing), as.id(thing), [&] {
    table rows{as.columns};
    rows.add(as.row(thing));
    rows.print(s.out, s.on);
  });
}

} // namespace sagad::ctl
