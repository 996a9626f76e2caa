#include "tools/sagactl/output.hpp"

#include "tools/common/duration.hpp"

namespace sagad::ctl {

namespace {
constexpr int on_one_line = -1;

std::string dumped(const record& r, int indent) { return r.dump(indent, ' ', false, record::error_handler_t::replace); }
} // namespace

std::string one_line(const record& r) { return dumped(r, on_one_line); }
std::string indented(const record& r) { return dumped(r, 2); }

record or_null(const std::string& text) { return text.empty() ? record(nullptr) : record(text); }

record or_null(const std::optional<moment>& at) { return at ? record(to_rfc3339(*at)) : record(nullptr); }

std::string relative(moment at, moment now) {
  if (at == now)
    return "now";
  return at < now ? tools::to_text(now - at) + " ago" : "in " + tools::to_text(at - now);
}

std::optional<exit_code> refuse_ids(session& s, const std::string& what) {
  if (s.format_or(output_format::table) != output_format::ids)
    return std::nullopt;
  return fail(s, exit_code::usage, what + " has no ids; use -o table, json or jsonl.");
}

void print_one(session& s, const record& r, const std::string& id, const std::function<void()>& print_table) {
  switch (s.format_or(output_format::table)) {
  case output_format::table:
    print_table();
    break;
  case output_format::json:
    s.out << indented(r) << '\n';
    break;
  case output_format::jsonl:
    s.out << one_line(r) << '\n';
    break;
  case output_format::ids:
    s.out << id << '\n';
    break;
  }
}

} // namespace sagad::ctl
