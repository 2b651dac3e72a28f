#include "firmware_sim/cli/report.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

namespace stedi::firmware {

namespace {

constexpr std::int64_t redraw_every_ms = 200;
constexpr std::int64_t warn_after_ms = 5'000;
constexpr std::int64_t warn_again_ms = 10'000;  // on a terminal

std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", seconds);
  return text;
}

void print_row(const std::string& name, const std::string& value) {
  std::cout << "  " << name << std::string(name.size() < 24 ? 24 - name.size() : 1, ' ') << value << "\n";
}

// Below the summary's line.
void print_table(const PlaySummary& summary) {
  print_row("devices", std::to_string(summary.devices));
  print_row("connections", std::to_string(summary.connections));
  print_row("readings per second",
            std::to_string(static_cast<std::size_t>(static_cast<double>(summary.records) /
                                                    std::max(0.001, summary.seconds))));
  if (summary.lateness.total() > 0) {
    print_row("lateness p50, p99", std::to_string(summary.lateness.quantile_ms(0.5)) + " ms, " +
                                       std::to_string(summary.lateness.quantile_ms(0.99)) + " ms");
  }
  print_row("state per device",
            std::to_string(static_cast<std::size_t>(summary.state_bytes_per_device)) + " bytes");
  const std::pair<const char*, std::size_t> odd_acks[] = {{"acks dropped", summary.dropped_acks},
                                                          {"acks unreadable", summary.unreadable_acks},
                                                          {"refusals unmatched", summary.unmatched_refusals}};
  for (const auto& [name, count] : odd_acks)
    if (count > 0) print_row(name, std::to_string(count));
  for (const auto& [kind, count] : summary.faults) print_row("fault: " + kind, std::to_string(count));
}

}  // namespace

ProgressLine::ProgressLine(const Clock& clock, std::string broker_url)
    : clock_(clock),
      broker_url_(std::move(broker_url)),
      on_terminal_(::isatty(STDERR_FILENO) == 1),
      answered_ms_(clock.monotonic_ms()) {}

void ProgressLine::show(const PlayStatus& status) {
  const std::int64_t now_ms = clock_.monotonic_ms();
  warn_if_nobody_answers(status, now_ms);
  if (!on_terminal_ || now_ms - drawn_ms_ < redraw_every_ms) return;
  drawn_ms_ = now_ms;
  drawn_ = true;
  std::cerr << "\r\033[K" << status.records_sealed - status.records_waiting - status.records_dropped;
  if (status.records_in_all) std::cerr << " of " << *status.records_in_all;
  std::cerr << " readings acknowledged, " << status.waiting_batches << " batches in the spool";
  if (status.connections > 1)
    std::cerr << ", " << status.publishing << " of " << status.connections << " connections up";
  std::cerr << std::flush;
}

void ProgressLine::warn_if_nobody_answers(const PlayStatus& status, std::int64_t now_ms) {
  if (status.state == SessionState::publishing) {
    answered_ms_ = now_ms;
    warned_ = false;
    return;
  }
  if (now_ms - answered_ms_ < warn_after_ms) return;
  if (warned_ && (!on_terminal_ || now_ms - warned_ms_ < warn_again_ms)) return;
  warned_ = true;
  warned_ms_ = now_ms;
  clear_line();
  if (status.state == SessionState::waiting) {
    std::cerr << "stedi-device: connected to " << broker_url_
              << ", but no gateway is online there: start stedi-gateway; waiting\n";
  } else {
    std::cerr << "stedi-device: no connection to the broker " << broker_url_
              << (status.lost_reason.empty() ? "" : " (" + status.lost_reason + ")") << "; still trying\n";
  }
}

void ProgressLine::clear_line() {
  if (drawn_) std::cerr << "\r\033[K";
  drawn_ = false;
}

void ProgressLine::finish() {
  clear_line();
  std::cerr << std::flush;
}

int report_summary(const PlaySummary& summary, SummaryFormat format, const std::string& spool_dir) {
  if (format == SummaryFormat::json) {
    const nlohmann::ordered_json object = {{"readings", summary.records},
                                           {"batches", summary.batches},
                                           {"retries", summary.retries},
                                           {"dropped", summary.dropped},
                                           {"refused_batches", summary.refused_batches},
                                           {"sealed_earlier", summary.sealed_earlier},
                                           {"dropped_acks", summary.dropped_acks},
                                           {"unreadable_acks", summary.unreadable_acks},
                                           {"unmatched_refusals", summary.unmatched_refusals},
                                           {"seconds", summary.seconds},
                                           {"complete", !summary.interrupted},
                                           {"devices", summary.devices},
                                           {"connections", summary.connections},
                                           {"reboots", summary.power_cuts},
                                           {"timed_batches", summary.lateness.total()},
                                           {"lateness_p50_ms", summary.lateness.quantile_ms(0.5)},
                                           {"lateness_p99_ms", summary.lateness.quantile_ms(0.99)},
                                           {"state_bytes_per_device", summary.state_bytes_per_device},
                                           {"faults", summary.faults}};
    std::cout << object.dump() << "\n";
  } else {
    std::cout << summary.records << " readings acknowledged in " << summary.batches << " batches, "
              << summary.retries << " retries, " << seconds_text(summary.seconds) << " s";
    if (summary.sealed_earlier > 0)
      std::cout << " (" << summary.sealed_earlier << " were accepted by earlier runs)";
    std::cout << "\n";
    if (format == SummaryFormat::table) print_table(summary);
  }
  if (summary.dropped > 0) {
    std::cerr << "stedi-device: the spool reached its limits and dropped " << summary.dropped
              << " readings; gap records tell the gateway which\n";
  }
  if (summary.full_of_refused) {
    std::cerr << "stedi-device: the spool is full of batches that the gateway refused: fix the refused data, "
                 "or give a larger --spool-max-bytes to continue\n";
  } else if (summary.interrupted) {
    std::cerr << "stedi-device: stopped before everything was acknowledged; nothing is lost: run the same "
                 "command again with --spool "
              << spool_dir << " to continue\n";
  }
  const bool refused = summary.refused_now > 0 || summary.refused_batches > 0;
  if (refused) {
    std::cerr << "stedi-device: the gateway refused " << summary.refused_now << " batches in this run"
              << (summary.refusal.empty() ? "" : " (" + summary.refusal + ")") << "; "
              << summary.refused_batches << " refused batches are kept in " << spool_dir
              << " and not sent again\n";
  }
  return summary.interrupted || refused ? 1 : 0;
}

}  // namespace stedi::firmware
