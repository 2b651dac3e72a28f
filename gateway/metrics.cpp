#include "gateway/metrics.hpp"

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string_view>

namespace stedi::gateway {

namespace {

class Text {
 public:
  void head(std::string_view name, std::string_view type, std::string_view help) {
    text_ << "# HELP " << name << ' ' << help << "\n# TYPE " << name << ' ' << type << '\n';
  }
  template <typename Value>
  void line(std::string_view name, std::string_view labels, const Value& value) {
    text_ << name << labels << ' ' << value << '\n';
  }
  void counter(std::string_view name, std::string_view help, const Counter& value) {
    head(name, "counter", help);
    line(name, "", value.load());
  }
  void counters(std::string_view name, std::string_view help, const StreamCounters& values) {
    head(name, "counter", help);
    for (const Stream stream : wire::all_streams)
      line(name, "{stream=\"" + std::string(wire::stream_name(stream)) + "\"}", values[stream].load());
  }
  void gauge(std::string_view name, std::string_view help, std::size_t value) {
    head(name, "gauge", help);
    line(name, "", value);
  }
  // `unit`: how many of what is observed make one of what is shown.
  template <typename Values>
  void histogram(const std::string& name, std::string_view help, const Values& values, double unit) {
    head(name, "histogram", help);
    for (std::size_t i = 0; i < Values::bounds.size(); ++i) {
      std::ostringstream bound;
      bound << "{le=\"" << static_cast<double>(Values::bounds[i]) / unit << "\"}";
      line(name + "_bucket", bound.str(), values.at_most(i));
    }
    line(name + "_bucket", "{le=\"+Inf\"}", values.count());
    line(name + "_sum", "", static_cast<double>(values.sum()) / unit);
    line(name + "_count", "", values.count());
  }
  void reasons(const std::array<Counter, reason_count>& values) {
    constexpr auto name = "stedi_gateway_records_quarantined_by_reason_total";
    head(name, "counter", "Records committed to the quarantine, by reason.");
    for (std::size_t i = 0; i < reason_count; ++i)
      line(name, "{reason=\"" + std::string(reason_name(static_cast<Reason>(i))) + "\"}", values[i].load());
  }
  void not_ready(const Readiness::Causes& causes) {
    constexpr auto name = "stedi_gateway_not_ready";
    head(name, "gauge", "1 for each cause for which readings cannot reach the disk.");
    line(name, "{cause=\"broker\"}", causes.broker ? 1 : 0);
    line(name, "{cause=\"disk\"}", causes.disk ? 1 : 0);
    line(name, "{cause=\"stopping\"}", causes.stopping ? 1 : 0);
    line(name, "{cause=\"store\"}", causes.store ? 1 : 0);
  }
  std::string str() const { return text_.str(); }

 private:
  std::ostringstream text_;
};

}  // namespace

std::string prometheus_text(const Metrics& metrics, const Gauges& gauges) {
  Text text;
  text.counters("stedi_gateway_messages_total", "MQTT messages taken in.", metrics.messages);
  text.counters("stedi_gateway_records_landed_total", "Records committed to the landing zone.",
                metrics.landed);
  text.counters("stedi_gateway_records_quarantined_total", "Records committed to the quarantine.",
                metrics.quarantined);
  text.reasons(metrics.quarantine_reasons);
  text.counter("stedi_gateway_batches_duplicate_total", "Batches that had landed before; acknowledged again.",
               metrics.duplicates);
  text.counter("stedi_gateway_batches_conflicting_total",
               "Batches under a name that had landed with another content.", metrics.conflicts);
  text.counter("stedi_gateway_batches_withheld_total",
               "Batches too far above a gap; neither landed nor acknowledged.", metrics.withheld);
  text.counter("stedi_gateway_envelopes_refused_total",
               "Envelopes that cannot be used; their device was told.", metrics.refused);
  text.counter("stedi_gateway_messages_shed_total",
               "Messages dropped unacknowledged: queue or disk full, or stopping.", metrics.shed);
  text.counter("stedi_gateway_messages_retained_total",
               "Messages without a name that the broker had retained; dropped.", metrics.retained);
  text.counter("stedi_gateway_messages_irregular_topic_total", "Messages dropped because of their topic.",
               metrics.irregular_topics);
  text.counter("stedi_gateway_messages_dropped_total",
               "Messages of groups that could not be committed; not acknowledged.", metrics.dropped);
  text.counter("stedi_gateway_commits_total", "Groups committed.", metrics.commits);
  text.counter("stedi_gateway_store_failures_total", "Groups the store refused.", metrics.store_failures);
  text.histogram("stedi_gateway_commit_seconds", "Time to flush and commit a group.", metrics.commit_duration,
                 1e6);
  text.histogram("stedi_gateway_group_records", "Records of a committed group.", metrics.group_records, 1);
  text.histogram("stedi_gateway_ack_seconds",
                 "Time from a batch's arrival until its acknowledgement was handed to the broker.",
                 metrics.ack_latency, 1e6);
  text.counter("stedi_gateway_log_bytes_total", "Bytes written to the store's write-ahead log.",
               metrics.log_bytes);
  text.counter("stedi_gateway_acks_total", "Acknowledgements handed to the broker.", metrics.acks);
  text.counter("stedi_gateway_acks_lost_total", "Acknowledgements the broker could not take.",
               metrics.acks_lost);
  text.counter("stedi_gateway_broker_connections_total",
               "Connections made to the broker, the first included.", metrics.broker_connections);
  text.gauge("stedi_gateway_queue_messages", "Messages waiting for ingest.", gauges.queue_messages);
  text.gauge("stedi_gateway_queue_bytes", "Memory of the messages waiting for ingest.", gauges.queue_bytes);
  text.gauge("stedi_gateway_ready", "1 when readings can reach the disk.", gauges.ready ? 1 : 0);
  text.not_ready(gauges.not_ready);
  if (gauges.disk_free_bytes)
    text.gauge("stedi_gateway_disk_free_bytes", "Free where the store is.",
               static_cast<std::size_t>(*gauges.disk_free_bytes));
  text.gauge("stedi_gateway_disk_low", "1 when there is less free than the warning level.",
             gauges.disk_low ? 1 : 0);
  text.gauge("process_resident_memory_bytes", "Resident memory size in bytes.", gauges.resident_bytes);
  return text.str();
}

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t all_pages = 0;
  std::size_t resident_pages = 0;
  if (!(statm >> all_pages >> resident_pages)) return 0;
  return resident_pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace stedi::gateway
