// What a plot shows: one person's sittings, as the person's devices saw them and as they truly were.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "firmware_sim/people/physics/activity.hpp"
#include "firmware_sim/people/simulation.hpp"

namespace stedi::firmware {

inline constexpr std::size_t max_plotted_sittings = 6;
inline constexpr double max_plotted_s = 180;  // of a sitting

// Times are seconds of true time since the sitting's start.
struct PlotPoint {
  double at_s;
  double value;
};

struct PlotSpan {
  double from_s;
  double until_s;
  std::string label;
};

struct PlotStep {
  double lift_off_s;
  double strike_s;
  bool is_left;
};

// A corrupt reading; or a fault of the network or the power, as a run's ledger tells it.
struct PlotMark {
  double at_s;
  std::string label;
};

struct PlottedSitting {
  std::int64_t start_ms = 0;  // true time, epoch ms
  double length_s = 0;        // what is shown of it
  bool is_cut = false;
  std::vector<PlotSpan> activities;
  std::vector<PlotSpan> faults;  // of the sensors and their clocks
  std::vector<PlotMark> marks;
  std::vector<PlotPoint> distances_mm;     // as the trainer said
  std::vector<PlotPoint> accelerations_g;  // the length of what the phone said
  std::vector<PlotStep> steps;
};

// What a run's fault ledger (SPOOL/faults.ndjson) tells.
struct LedgerFault {
  std::int64_t data_ms;  // on the data's clock
  std::string device;    // its id on the wire; the website's for what strikes all
  std::string kind;
};

// The lines that say when on the data's clock; those of single messages do not. Fails when the file cannot be
// read or is no ledger.
Result<std::vector<LedgerFault>> read_ledger(const std::filesystem::path& file);

// The first sittings of the person whose device it is, each from its start. Reads the streams as far as that
// takes.
std::vector<PlottedSitting> collect_plot(const Simulation& simulation, std::size_t device,
                                         const std::vector<LedgerFault>& ledger = {});

}  // namespace stedi::firmware
