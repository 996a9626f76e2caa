#include "adapters/prometheus/metrics.hpp"

#include <exception>

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace sagad::prometheus_metrics {

namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;

double seconds(std::chrono::duration<double> time) { return time.count(); }

class metrics : public telemetry {
public:
  explicit metrics(const std::string& address) : exposer_(address) { exposer_.RegisterCollectable(registry_); }

  void order_ended(const saga& s) noexcept override {
    (s.state == saga_state::completed ? completed_ : rolled_back_).Increment();
  }
  void input_ignored(verdict why) noexcept override {
    ignored_.Add({{"why", std::string{to_string(why)}}}).Increment();
  }
  void batch_committed(std::size_t items, std::chrono::microseconds took) noexcept override {
    committed_.Increment(static_cast<double>(items));
    commits_.Observe(seconds(took));
  }
  /// Only a node that has audited says what it found: nothing found by nobody would look well.
  void audit_done(const audit_report& report, std::chrono::milliseconds took) noexcept override {
    findings_.Add({}).Set(static_cast<double>(report.findings.size()));
    audited_at_.Add({}).SetToCurrentTime();
    audit_took_.Add({}).Set(seconds(took));
  }

private:
  std::shared_ptr<prometheus::Registry> registry_ = std::make_shared<prometheus::Registry>();
  prometheus::Family<prometheus::Counter>& ended_ =
      BuildCounter().Name("sagad_orders_ended_total").Help("Orders whose end is durable.").Register(*registry_);
  prometheus::Counter& completed_ = ended_.Add({{"state", "completed"}});
  prometheus::Counter& rolled_back_ = ended_.Add({{"state", "rolled-back"}});
  prometheus::Family<prometheus::Counter>& ignored_ =
      BuildCounter()
          .Name("sagad_inputs_ignored_total")
          .Help("Answers and wishes that changed nothing: late, repeated, impossible.")
          .Register(*registry_);
  prometheus::Counter& committed_ = BuildCounter()
                                        .Name("sagad_committed_items_total")
                                        .Help("What the store's transactions held.")
                                        .Register(*registry_)
                                        .Add({});
  prometheus::Histogram& commits_ =
      BuildHistogram()
          .Name("sagad_commit_seconds")
          .Help("One transaction of the store.")
          .Register(*registry_)
          .Add({}, prometheus::Histogram::BucketBoundaries{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5});
  prometheus::Family<prometheus::Gauge>& findings_ =
      BuildGauge()
          .Name("sagad_audit_findings")
          .Help("Broken promises that this node's last audit found; above zero somebody must look.")
          .Register(*registry_);
  prometheus::Family<prometheus::Gauge>& audited_at_ = BuildGauge()
                                                           .Name("sagad_audit_finished_timestamp_seconds")
                                                           .Help("When this node's last audit ended.")
                                                           .Register(*registry_);
  prometheus::Family<prometheus::Gauge>& audit_took_ = BuildGauge()
                                                           .Name("sagad_audit_duration_seconds")
                                                           .Help("How long this node's last audit took.")
                                                           .Register(*registry_);
  prometheus::Exposer exposer_; // the last: its threads read all of the above
};

} // namespace

tl::expected<std::shared_ptr<telemetry>, std::string> serve(const std::string& address) {
  try {
    return std::make_shared<metrics>(address);
  } catch (const std::exception&) { // civetweb says nothing that helps: "null context when constructing CivetServer..."
    return tl::unexpected{"cannot listen on " + address + " for --http: it is taken, not yours, or no ADDRESS:PORT"};
  }
}

} // namespace sagad::prometheus_metrics
