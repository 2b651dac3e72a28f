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
  void histogram(const std::string& name, std::string_view help, const DurationHistogram& values) {
    head(name, "histogram", help);
    for (std::size_t i = 0; i < DurationHistogram::bounds_us.size(); ++i) {
      std::ostringstream bound;
      bound << "{le=\"" << static_cast<double>(DurationHistogram::bounds_us[i]) / 1e6 << "\"}";
      line(name + "_bucket", bound.str(), values.at_most(i));
    }
    line(name + "_bucket", "{le=\"+Inf\"}", values.count());
    line(name + "_sum", "", values.sum_seconds());
    line(name + "_count", "", values.count());
  }
  std::string str() const { return text_.str(); }

 private:
  std::ostringstream text_;
};

}  // namespace

void DurationHistogram::observe_us(std::uint64_t microseconds) {
  for (std::size_t i = 0; i < bounds_us.size(); ++i) {
    if (microseconds > bounds_us[i]) continue;
    ++buckets_[i];
    break;
  }
  ++count_;
  sum_us_ += microseconds;
}

std::uint64_t DurationHistogram::at_most(std::size_t bucket) const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i <= bucket; ++i) sum += buckets_[i];
  return sum;
}

std::string prometheus_text(const Metrics& metrics, const Gauges& gauges) {
  Text text;
  text.counters("stedi_gateway_messages_total", "MQTT messages taken in.", metrics.messages);
  text.counters("stedi_gateway_records_landed_total", "Records committed to the landing zone.",
                metrics.landed);
  text.counters("stedi_gateway_records_quarantined_total", "Records committed to the quarantine.",
                metrics.quarantined);
  text.counter("stedi_gateway_batches_duplicate_total", "Batches that had landed before; acknowledged again.",
               metrics.duplicates);
  text.counter("stedi_gateway_batches_withheld_total",
               "Batches too far above a gap; neither landed nor acknowledged.", metrics.withheld);
  text.counter("stedi_gateway_envelopes_refused_total",
               "Envelopes that cannot be used; their device was told.", metrics.refused);
  text.counter("stedi_gateway_messages_shed_total",
               "Messages dropped unacknowledged: queue full, or stopping.", metrics.shed);
  text.counter("stedi_gateway_messages_irregular_topic_total", "Messages dropped because of their topic.",
               metrics.irregular_topics);
  text.counter("stedi_gateway_messages_dropped_total",
               "Messages of groups that could not be committed; not acknowledged.", metrics.dropped);
  text.counter("stedi_gateway_commits_total", "Groups committed.", metrics.commits);
  text.counter("stedi_gateway_store_failures_total", "Groups the store refused.", metrics.store_failures);
  text.histogram("stedi_gateway_commit_seconds", "Time to flush and commit a group.",
                 metrics.commit_duration);
  text.counter("stedi_gateway_acks_total", "Acknowledgements handed to the broker.", metrics.acks);
  text.counter("stedi_gateway_acks_lost_total", "Acknowledgements the broker could not take.",
               metrics.acks_lost);
  text.counter("stedi_gateway_broker_connections_total",
               "Connections made to the broker, the first included.", metrics.broker_connections);
  text.gauge("stedi_gateway_queue_messages", "Messages waiting for ingest.", gauges.queue_messages);
  text.gauge("stedi_gateway_queue_bytes", "Memory of the messages waiting for ingest.", gauges.queue_bytes);
  text.gauge("stedi_gateway_ready", "1 when readings can reach the disk.", gauges.ready ? 1 : 0);
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
