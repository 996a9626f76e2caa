#include "tools/sagactl/operation_pacing.hpp"

#include <algorithm>
#include <ostream>

#include "tools/common/duration.hpp"
#include "tools/sagactl/for_terminal.hpp"
#include "tools/sagactl/interrupt.hpp"
#include "tools/sagactl/node_commands.hpp"
#include "tools/sagactl/operation_view.hpp"
#include "tools/sagactl/repair_pacer.hpp"

namespace sagad::ctl {

namespace {

std::string how_to_go_on(const operation& o) {
  const std::string left = o.counts.planned == 0 ? ""
                                                 : " `sagactl operation resume " + o.id + "` goes on with the " +
                                                       std::to_string(o.counts.planned) + " that have not begun.";
  return "What is released still happens; `sagactl operation watch " + o.id + "` shows it." + left;
}

std::string described(const store_error& error) {
  return error.detail.empty() ? std::string{to_string(error.what)} : error.detail;
}

/// Tells on stderr what ended the pacing too early; the exit code, none when results are to be shown.
std::optional<exit_code> told_early(session& s, pacing_end end, const repair_pacer& pacer) {
  const operation& o = pacer.seen();
  switch (end) {
  case pacing_end::over:
  case pacing_end::stopped:
    return std::nullopt;
  case pacing_end::taken_over:
    s.err << "Somebody else paces " << o.id << " now; `sagactl operation watch " << o.id << "` shows it.\n";
    return exit_code::failed;
  case pacing_end::nobody_there:
    s.err << "No node runs. The promise is kept: what is released is applied when one does. Start one with `sagad "
             "--store "
          << s.store << "`. " << how_to_go_on(o) << '\n';
    return exit_code::unhealthy;
  case pacing_end::interrupted:
    s.err << "Interrupted. " << how_to_go_on(o) << '\n';
    return exit_code::interrupted;
  case pacing_end::store_lost: {
    const exit_code code = report(s, *pacer.trouble());
    s.err << how_to_go_on(o) << '\n';
    return code;
  }
  case pacing_end::not_found:
    return fail(s, exit_code::not_found, "There is no operation " + o.id + " any more.");
  }
  return std::nullopt;
}

} // namespace

bool is_anybody_there(session& s) {
  const auto status = s.office.status(s.now());
  if (!status)
    return true; // nobody knows
  return std::any_of(status->nodes.begin(), status->nodes.end(),
                     [now = s.now()](const node_view& n) { return is_living(n, now); });
}

exit_code pace_to_the_end(session& s, const operation& begun) {
  const interrupt_deferral until_told;
  progress_line line{s};
  repair_pacer pacer{s.office,
                     s.pacer,
                     {.now = s.now,
                      .pause = s.pause,
                      .interrupted = s.interrupted,
                      .anybody_there = [&] { return is_anybody_there(s); },
                      .progress =
                          [&](const operation& o, operations::pace_phase phase) {
                            line.show(std::string{to_string(phase)} + "  " + sentence_about(o));
                          },
                      .lost =
                          [&](const store_error& error, milliseconds again_in) {
                            line.clear();
                            s.err << "The store does not answer (" << for_terminal(described(error))
                                  << "); trying again in " << tools::to_text(again_in) << ".\n";
                          }}};
  const pacing_end end = pacer.run(begun);
  line.clear();
  if (const auto code = told_early(s, end, pacer)) {
    if (end == pacing_end::nobody_there || end == pacing_end::taken_over)
      tell_operation(s, pacer.seen()); // as far as it got
    s.err.flush();
    return *code;
  }
  const exit_code code = tell_operation(s, pacer.seen());
  if (end != pacing_end::stopped || code != exit_code::done)
    return code;
  s.err << pacer.seen().id << " was stopped by " << for_terminal(pacer.seen().stopped_by) << ": "
        << for_terminal(pacer.seen().stopped_because) << ". `sagactl operation resume " << pacer.seen().id
        << "` goes on with the rest.\n";
  return exit_code::failed;
}

exit_code tell_operation(session& s, const operation& o) {
  const auto repairs = s.office.repairs(o.id);
  if (!repairs)
    return report(s, repairs.error());
  print_operation(s, o, *repairs);
  s.out.flush();
  return code_of(o);
}

void progress_line::show(const std::string& text) {
  if (!s_.err_is_terminal)
    return;
  constexpr std::size_t width_of_most = 80;
  const std::size_t width = s_.on.width == 0 ? width_of_most : s_.on.width;
  s_.err << "\r\x1b[K" << text.substr(0, width - 1) << std::flush; // one that wraps could not be drawn over
  drawn_ = true;
}

void progress_line::clear() {
  if (drawn_)
    s_.err << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

} // namespace sagad::ctl
