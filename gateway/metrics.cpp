#include "gateway/metrics.hpp"

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string_view>

namespace stedi::gateway {

namespace {

constexpr std::string_view prefix = "stedi_gateway_";

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
    for (const Stream stream : all_streams)
      line(name, "{stream=\"" + std::string(wire::stream_name(stream)) + "\"}", values[stream].load());
  }
  void statements(const StreamCounters& values) {
    constexpr auto name = "stedi_gateway_statements_refused_total";
    head(name, "counter", "Quarantined records of what people say: a withdrawal may be among them.");
    for (const Stream stream : statement_streams)
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
    head(name, "gauge", "1 for each reason why readings cannot reach the disk.");
    line(name, "{cause=\"broker\"}", causes.broker ? 1 : 0);
    line(name, "{cause=\"disk\"}", causes.disk ? 1 : 0);
    line(name, "{cause=\"stopping\"}", causes.stopping ? 1 : 0);
    line(name, "{cause=\"store\"}", causes.store ? 1 : 0);
  }
  std::string str() const { return text_.str(); }

 private:
  std::ostringstream text_;
};

struct CounterLine {
  const char* name;  // after the prefix of all of them
  const char* help;
  Counter Metrics::*value;
};
constexpr CounterLine counter_lines[] = {
    {"batches_duplicate_total", "Batches that were stored before; acknowledged again.", &Metrics::duplicates},
    {"batches_conflicting_total", "Batches whose name was stored before with different content.",
     &Metrics::conflicts},
    {"batches_withheld_total", "Batches too far above a gap; neither stored nor acknowledged.",
     &Metrics::withheld},
    {"envelopes_refused_total", "Invalid envelopes; the device was told.", &Metrics::refused},
    {"messages_shed_total", "Messages dropped without acknowledgement: queue or disk full, or stopping.",
     &Metrics::shed},
    {"messages_retained_total", "Retained messages without a batch name; dropped.", &Metrics::retained},
    {"messages_irregular_topic_total", "Messages dropped because their topic is invalid.",
     &Metrics::irregular_topics},
    {"messages_dropped_total", "Messages in groups that failed to commit; not acknowledged.",
     &Metrics::dropped},
    {"commits_total", "Groups committed.", &Metrics::commits},
    {"store_failures_total", "Groups that failed to commit.", &Metrics::store_failures},
    {"log_bytes_total", "Bytes written to the store's write-ahead log.", &Metrics::log_bytes},
    {"acks_total", "Acknowledgements sent to the broker.", &Metrics::acks},
    {"acks_lost_total", "Acknowledgements that the broker did not accept.", &Metrics::acks_lost},
    {"broker_connections_total", "Connections to the broker, including the first.",
     &Metrics::broker_connections},
};

struct StreamCountersLine {
  const char* name;
  const char* help;
  StreamCounters Metrics::*values;
};
constexpr StreamCountersLine stream_counters_lines[] = {
    {"messages_total", "MQTT messages received.", &Metrics::messages},
    {"records_landed_total", "Records committed to the landing zone.", &Metrics::landed},
    {"records_quarantined_total", "Records committed to the quarantine.", &Metrics::quarantined},
};

void write_counters(Text& text, const Metrics& metrics) {
  for (const auto& [name, help, values] : stream_counters_lines)
    text.counters(std::string(prefix) + name, help, metrics.*values);
  text.statements(metrics.refused_statements);
  text.reasons(metrics.quarantine_reasons);
  for (const auto& [name, help, value] : counter_lines)
    text.counter(std::string(prefix) + name, help, metrics.*value);
}

void write_histograms(Text& text, const Metrics& metrics) {
  text.histogram("stedi_gateway_commit_seconds", "Time to flush and commit a group.", metrics.commit_duration,
                 1e6);
  text.histogram("stedi_gateway_group_records", "Records in a committed group.", metrics.group_records, 1);
  text.histogram("stedi_gateway_ack_seconds",
                 "Time from a batch's arrival until its acknowledgement was sent to the broker.",
                 metrics.ack_latency, 1e6);
}

void write_gauges(Text& text, const Gauges& gauges) {
  text.gauge("stedi_gateway_queue_messages", "Messages waiting for ingest.", gauges.queue_messages);
  text.gauge("stedi_gateway_queue_bytes", "Memory used by messages waiting for ingest.", gauges.queue_bytes);
  text.gauge("stedi_gateway_ready", "1 when readings can reach the disk.", gauges.ready ? 1 : 0);
  text.not_ready(gauges.not_ready);
  if (gauges.disk_free_bytes)
    text.gauge("stedi_gateway_disk_free_bytes", "Free space on the store's disk.",
               static_cast<std::size_t>(*gauges.disk_free_bytes));
  text.gauge("stedi_gateway_disk_low", "1 when free space is below the warning level.",
             gauges.disk_low ? 1 : 0);
  text.gauge("process_resident_memory_bytes", "Resident memory size in bytes.", gauges.resident_bytes);
}

}  // namespace

std::string prometheus_text(const Metrics& metrics, const Gauges& gauges) {
  Text text;
  write_counters(text, metrics);
  write_histograms(text, metrics);
  write_gauges(text, gauges);
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
