// What a person sees: progress and warnings on stderr, the summary on stdout.
#pragma once

#include <string>

#include "core/clock.hpp"
#include "firmware_sim/player/player.hpp"

namespace stedi::firmware {

// One line, redrawn on a terminal; in a pipe it stays quiet but for one warning when nobody answers.
class ProgressLine {
 public:
  ProgressLine(const Clock& clock, std::string broker_url);
  void show(const PlayStatus& status);
  // Ends the line, so that what follows stands on its own.
  void finish();

 private:
  void warn_if_nobody_answers(const PlayStatus& status, std::int64_t now_ms);
  void clear_line();

  const Clock& clock_;
  std::string broker_url_;
  bool on_terminal_;
  bool drawn_ = false;
  std::int64_t drawn_ms_ = 0;
  std::int64_t answered_ms_;  // when a gateway was last online
  std::int64_t warned_ms_ = 0;
  bool warned_ = false;
};

enum class SummaryFormat { line, table, json };

// Prints the summary; the exit status: 0 when every batch is acknowledged, else 1 with a line on stderr.
int report_summary(const PlaySummary& summary, SummaryFormat format, const std::string& spool_dir);

}  // namespace stedi::firmware
