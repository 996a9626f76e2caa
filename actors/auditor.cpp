#include "actors/auditor.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/death.hpp"

namespace sagad::actors {

namespace {

using pointer = auditor_actor::stateful_pointer<auditor_state>;

constexpr std::size_t findings_told_max = 20;
/// An audit takes at most one part of so many of the time.
constexpr int share_of_time = 20;

void tell(const audit_report& report, milliseconds took) {
  if (report.findings.empty()) {
    spdlog::info("audit: {} orders and {} effects keep the promises 2, 4, 5 and 6 ({} ms)", report.orders,
                 report.effects, took.count());
    return;
  }
  const std::size_t told = std::min(report.findings.size(), findings_told_max);
  for (std::size_t i = 0; i < told; ++i) {
    const audit_finding& each = report.findings[i];
    spdlog::error("audit: promise {} is broken: {}: {}: {}; see sagactl audit", each.promise, each.check, each.subject,
                  each.detail);
  }
  if (told < report.findings.size())
    spdlog::error("audit: and {} more findings; see sagactl audit", report.findings.size() - told);
}

/// None when another node audits.
store_result<std::optional<audit_report>> audit(const auditor_config& config) {
  auto office = config.open_office();
  if (!office)
    return tl::unexpected{std::move(office.error())};
  const auto status = (*office)->status(config.clock());
  if (!status)
    return tl::unexpected{status.error()};
  if (auditor_among(status->nodes) != config.node)
    return std::optional<audit_report>{};
  auto report = (*office)->audit(config.clock());
  if (!report)
    return tl::unexpected{std::move(report.error())};
  return std::optional{std::move(*report)};
}

void on_tick(pointer self) {
  auditor_state& s = self->state;
  const engine_limits& limits = s.config.limits;
  self->delayed_send(self, limits.sweep_every, tick{});
  if (instant_of(self) < s.next_at)
    return;
  const auto began = std::chrono::steady_clock::now();
  const auto done = audit(s.config);
  const auto took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began);
  s.next_at = instant_of(self) + pause_after_audit(limits.audit_every, took);
  if (!done)
    return spdlog::warn("the audit could not be made ({}): {}; it is tried again later", to_string(done.error().what),
                        done.error().detail);
  if (!*done)
    return;
  tell(**done, took);
  s.config.watcher->audit_done(**done, took);
}

} // namespace

std::string auditor_among(const std::vector<node_view>& nodes) {
  const node_view* first = nullptr;
  for (const node_view& each : nodes)
    if (each.holds_lease && (first == nullptr || each.epoch < first->epoch))
      first = &each;
  return first == nullptr ? std::string{} : first->name;
}

milliseconds pause_after_audit(milliseconds audit_every, milliseconds took) {
  return std::max(audit_every, took * share_of_time);
}

auditor_actor::behavior_type auditor(pointer self, auditor_config config) {
  die_telling_why(self);
  self->state.config = std::move(config);
  self->state.next_at = instant_of(self) + self->state.config.limits.audit_every;
  self->delayed_send(self, self->state.config.limits.sweep_every, tick{});
  return {
      [=](tick) { on_tick(self); },
  };
}

} // namespace sagad::actors
