// A scenario of people, and what its devices begin to say.
#include <string>

#include "core/record/decode.hpp"
#include "firmware_sim/people/simulation.hpp"
#include "tests/fuzz/config_error.hpp"
#include "tests/fuzz/target.hpp"

namespace stedi::fuzz {

namespace {

// What the fuzzer has time for: larger scenarios are read and not played.
constexpr std::int64_t most_people = 20;
constexpr double most_duration_s = 86'400;
constexpr int records_of_a_stream = 200;

template <typename Record>
void require_record(const firmware::SimulatedRecord& said) {
  static RecordDecoder decoder;
  static Record decoded;
  const std::string padded = said.json + std::string(decode_padding_bytes, ' ');
  const bool is_refused =
      decoder.decode(std::string_view(padded).substr(0, said.json.size()), decoded).has_value();
  require(is_refused == said.is_damaged, "a record can be read, unless the sensor damaged it");
}

void require_stream(const firmware::Simulation& simulation, std::size_t stream) {
  const auto source = simulation.open(stream);
  firmware::SimulatedRecord record;
  std::int64_t last_due_ms = 0;
  for (int i = 0; i < records_of_a_stream && source->next(record); ++i) {
    require(record.due_ms >= last_due_ms, "records come in the order in which they are due");
    last_due_ms = record.due_ms;
    if (simulation.streams()[stream].stream == Stream::accelerometer)
      require_record<AccelerometerReading>(record);
    if (simulation.streams()[stream].stream == Stream::step_trainer)
      require_record<StepTrainerReading>(record);
  }
}

}  // namespace

void check(std::string_view input) {
  const auto read = [](std::string_view text) {
    const auto outcome = firmware::parse_scenario(text, "people.toml");
    return outcome ? std::string() : outcome.error().message;
  };
  require_error_laws(input, read);
  auto scenario = firmware::parse_scenario(input, "people.toml");
  if (!scenario) return;
  require(scenario->population.count >= 1 && scenario->population.count <= firmware::max_people,
          "there is somebody, and not too many");
  require(!scenario->activities.empty(), "somebody does something");
  if (scenario->population.count > most_people || scenario->duration_s > most_duration_s) return;
  const auto simulation = firmware::Simulation::from(std::move(*scenario));
  require(simulation.has_value(), "what the file's reader takes can be simulated");
  for (std::size_t stream = 0; stream < simulation->streams().size(); ++stream)
    require_stream(*simulation, stream);
}

}  // namespace stedi::fuzz
