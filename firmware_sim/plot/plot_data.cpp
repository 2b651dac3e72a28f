#include "firmware_sim/plot/plot_data.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "firmware_sim/people/person.hpp"
#include "firmware_sim/spool/spool.hpp"

namespace stedi::firmware {

namespace {

std::string name_of(ActivityKind kind) {
  switch (kind) {
    case ActivityKind::steps:
      return "steps";
    case ActivityKind::stand:
      return "standing";
    case ActivityKind::turn:
      return "turning";
    case ActivityKind::walk_past:
      return "walking past";
    case ActivityKind::sit:
      return "sitting";
    case ActivityKind::object:
      return "object in front";
  }
  return "";
}

// Seconds since the sitting's start of a true time.
double at_s(const PlottedSitting& sitting, double true_ms) {
  return (true_ms - static_cast<double>(sitting.start_ms)) / 1'000;
}

std::vector<PlottedSitting> plan_sittings(const Simulation& simulation, std::size_t person_number) {
  const Scenario& scenario = simulation.scenario();
  std::vector<PlottedSitting> sittings;
  Timeline timeline = SimulatedPerson(scenario, person_number).timeline();
  while (const auto run = timeline.next()) {
    const double until_s = std::min(run->end_s(), scenario.duration_s);
    if (std::cmp_greater_equal(timeline.sitting(), max_plotted_sittings) || run->start_s() >= until_s) break;
    if (std::cmp_equal(timeline.sitting(), sittings.size())) {
      sittings.emplace_back();
      sittings.back().start_ms = scenario.start_ms + static_cast<std::int64_t>(run->start_s() * 1'000);
    }
    PlottedSitting& sitting = sittings.back();
    const auto since = [&](double time_s) {
      return at_s(sitting, static_cast<double>(scenario.start_ms) + time_s * 1'000);
    };
    if (since(run->start_s()) >= max_plotted_s) {
      sitting.is_cut = true;
      continue;
    }
    sitting.is_cut = since(until_s) > max_plotted_s;
    sitting.length_s = std::min(since(until_s), max_plotted_s);
    sitting.activities.push_back({since(run->start_s()), sitting.length_s, name_of(run->kind())});
  }
  return sittings;
}

PlottedSitting* sitting_at(std::vector<PlottedSitting>& sittings, std::int64_t true_ms) {
  const auto holds = [true_ms](const PlottedSitting& sitting) {
    const double time_s = at_s(sitting, static_cast<double>(true_ms));
    return time_s >= 0 && time_s < sitting.length_s;
  };
  const auto found = std::find_if(sittings.begin(), sittings.end(), holds);
  return found == sittings.end() ? nullptr : &*found;
}

// Calls `take` for each sound record that falls into a plotted sitting; marks the others.
template <typename Take>
void read_until_last(RecordSource& source, std::vector<PlottedSitting>& sittings, Take take) {
  SimulatedRecord record;
  while (source.next(record)) {
    const double after_last_s =
        at_s(sittings.back(), static_cast<double>(record.due_ms)) - sittings.back().length_s;
    if (after_last_s > 0) return;
    PlottedSitting* sitting = sitting_at(sittings, record.due_ms);
    if (sitting == nullptr) continue;
    const double time_s = at_s(*sitting, static_cast<double>(record.due_ms));
    if (record.is_damaged) {
      sitting->marks.push_back({time_s, std::string(name_of(SensorFault::Kind::corrupt_reading))});
    } else {
      take(*sitting, time_s, nlohmann::json::parse(record.json));
    }
  }
}

void take_acceleration(PlottedSitting& sitting, double time_s, const nlohmann::json& reading) {
  const double x = reading.at("x");
  const double y = reading.at("y");
  const double z = reading.at("z");
  sitting.accelerations_g.push_back({time_s, std::sqrt(x * x + y * y + z * z)});
}

void take_distance(PlottedSitting& sitting, double time_s, const nlohmann::json& reading) {
  sitting.distances_mm.push_back({time_s, reading.at("distanceFromObject")});
}

void take_step(PlottedSitting& sitting, double /*time_s*/, const nlohmann::json& step) {
  sitting.steps.push_back({at_s(sitting, step.at("liftOffTime")), at_s(sitting, step.at("heelStrikeTime")),
                           step.at("foot") == "left"});
}

std::string fault_label(const Simulation& simulation, std::size_t device, const SensorFault& fault) {
  const std::string whose = simulation.devices()[device].kind == DeviceKind::phone ? "phone" : "trainer";
  if (fault.kind == SensorFault::Kind::stuck_sensor) return whose + " stuck";
  return whose + " clock " + (fault.step_ms < 0 ? "" : "+") + std::to_string(fault.step_ms) + " ms";
}

void add_faults(const Simulation& simulation, std::size_t device, std::vector<PlottedSitting>& sittings) {
  for (const SensorFault& fault : simulation.sensor_faults(device)) {
    for (PlottedSitting& sitting : sittings) {
      const double from_s = std::max(0.0, at_s(sitting, static_cast<double>(fault.from_ms)));
      const double until_s = std::min(sitting.length_s, at_s(sitting, static_cast<double>(fault.until_ms)));
      if (from_s < until_s)
        sitting.faults.push_back({from_s, until_s, fault_label(simulation, device, fault)});
    }
  }
}

// The person's devices and the website, whose ids stand for what strikes them.
std::set<std::string> struck_ids(const Simulation& simulation, std::size_t person) {
  std::set<std::string> ids;
  for (std::size_t device = 0; device < simulation.devices().size(); ++device) {
    if (device > 0 && simulation.person_of(device) != person) continue;
    const RecordedDevice& named = simulation.devices()[device];
    ids.insert(simulated_device_id(simulation.identity_seed(), named.kind, named.name));
  }
  return ids;
}

// What the sensors' faults came to is drawn already, from the data's own truth.
bool is_of_sensor(const LedgerFault& fault) {
  using Kind = SensorFault::Kind;
  constexpr std::array kinds = {Kind::stuck_sensor, Kind::clock_step, Kind::corrupt_reading};
  return std::any_of(kinds.begin(), kinds.end(), [&](Kind kind) { return fault.kind == name_of(kind); });
}

void add_marks(const std::set<std::string>& ids, const std::vector<LedgerFault>& ledger,
               std::vector<PlottedSitting>& sittings) {
  for (const LedgerFault& fault : ledger) {
    if (is_of_sensor(fault) || !ids.contains(fault.device)) continue;
    if (PlottedSitting* sitting = sitting_at(sittings, fault.data_ms))
      sitting->marks.push_back({at_s(*sitting, static_cast<double>(fault.data_ms)), fault.kind});
  }
}

// Anybody's text may stand in the file: kinds are words.
bool is_word(const std::string& text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), is_letter);
}

std::optional<LedgerFault> ledger_fault(const nlohmann::json& line) {
  LedgerFault fault{0, line.at("device"), line.at("kind")};
  if (!line.contains("data_ms")) return std::nullopt;
  fault.data_ms = line.at("data_ms");
  return fault;
}

}  // namespace

Result<std::vector<LedgerFault>> read_ledger(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return fail(file.string() + ": cannot be read");
  std::vector<LedgerFault> faults;
  std::size_t number = 0;
  for (std::string text; std::getline(in, text);) {
    ++number;
    const auto no_ledger = [&] {
      return fail(file.string() + ":" + std::to_string(number) + ": no line of a fault ledger");
    };
    try {
      if (const auto fault = ledger_fault(nlohmann::json::parse(text))) {
        if (!is_word(fault->kind)) return no_ledger();
        faults.push_back(*fault);
      }
    } catch (const nlohmann::json::exception&) {
      return no_ledger();
    }
  }
  return faults;
}

std::vector<PlottedSitting> collect_plot(const Simulation& simulation, std::size_t device,
                                         const std::vector<LedgerFault>& ledger) {
  const std::size_t person = simulation.person_of(device);
  std::vector<PlottedSitting> sittings = plan_sittings(simulation, person);
  if (sittings.empty()) return sittings;
  read_until_last(*simulation.open_truth(person), sittings, take_step);
  for (std::size_t i = 0; i < simulation.streams().size(); ++i) {
    const SimulatedStream& stream = simulation.streams()[i];
    if (stream.device == 0 || simulation.person_of(stream.device) != person) continue;
    const bool is_phone = stream.stream == Stream::accelerometer;
    read_until_last(*simulation.open(i), sittings, is_phone ? take_acceleration : take_distance);
    add_faults(simulation, stream.device, sittings);
  }
  add_marks(struck_ids(simulation, person), ledger, sittings);
  return sittings;
}

}  // namespace stedi::firmware
