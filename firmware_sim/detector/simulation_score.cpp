#include "firmware_sim/detector/simulation_score.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/record/decode.hpp"

namespace stedi::firmware {

namespace {

std::vector<std::int64_t> true_steps(const Simulation& simulation, std::size_t person, Alignment alignment) {
  std::vector<std::int64_t> steps_ms;
  SimulatedRecord record;
  for (const auto source = simulation.open_truth(person); source->next(record);) {
    const auto line = nlohmann::json::parse(record.json);
    const double offset_ms =
        alignment == Alignment::trainer_clock ? line.at("trainerClockOffset").get<double>() : 0.0;
    steps_ms.push_back(std::llround(line.at("heelStrikeTime").get<double>() + offset_ms));
  }
  std::sort(steps_ms.begin(), steps_ms.end());  // a clock may have been set back
  return steps_ms;
}

std::vector<std::int64_t> detected_steps(RecordSource& trainer, DetectorLimits limits) {
  std::vector<std::int64_t> steps_ms;
  StepDetector detector(limits);
  RecordDecoder decoder;
  StepTrainerReading reading;
  SimulatedRecord record;
  while (trainer.next(record)) {
    record.json.append(decode_padding_bytes, ' ');
    const std::string_view line(record.json.data(), record.json.size() - decode_padding_bytes);
    if (decoder.decode(line, reading)) continue;  // damaged
    if (const auto step_ms = detector.push(reading.reading_time_ms, reading.distance_from_object))
      steps_ms.push_back(*step_ms);
  }
  std::sort(steps_ms.begin(), steps_ms.end());
  return steps_ms;
}

}  // namespace

Score score_simulation(const Simulation& simulation, Alignment alignment, std::int64_t tolerance_ms,
                       DetectorLimits limits) {
  Score score;
  for (std::size_t stream = 0; stream < simulation.streams().size(); ++stream) {
    if (simulation.streams()[stream].stream != Stream::step_trainer) continue;
    const std::size_t person = simulation.person_of(simulation.streams()[stream].device);
    const auto source = simulation.open(stream);
    score +=
        score_steps(true_steps(simulation, person, alignment), detected_steps(*source, limits), tolerance_ms);
  }
  return score;
}

}  // namespace stedi::firmware
