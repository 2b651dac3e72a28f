#include "firmware_sim/cli/people.hpp"

#include <array>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "firmware_sim/cli/expect_file.hpp"
#include "firmware_sim/cli/play_command.hpp"
#include "firmware_sim/detector/simulation_score.hpp"
#include "firmware_sim/feed/source_feed.hpp"
#include "firmware_sim/people/people_counts.hpp"
#include "firmware_sim/people/seed_folder.hpp"

namespace stedi::firmware {

namespace {

template <typename... Values>
void print_row(const char* format, Values... values) {
  std::array<char, 128> row{};
  std::snprintf(row.data(), row.size(), format, values...);
  std::cout << row.data();
}

void print_table(const SeedFolderCounts& counts) {
  std::cout << "stream           devices      records     hours\n";
  for (const StreamCounts& stream : counts.streams)
    print_row("%-14s %9zu %12zu %9.2f\n", stream.name.c_str(), stream.devices, stream.records,
              static_cast<double>(stream.last_due_ms - stream.first_due_ms) / 3'600'000);
  print_row("%zu people took %zu steps; ", counts.people, counts.steps);
}

std::string expected_text(const Simulation& simulation) {
  const Scenario& scenario = simulation.scenario();
  return expect_toml(expected_counts(simulation),
                     "What every table must hold when all of scenario \"" + scenario.name + "\" with seed " +
                         std::to_string(scenario.seed) + " has landed: by its own truth.");
}

void print_counts_as_json(const SeedFolderCounts& counts) {
  nlohmann::ordered_json object;
  for (const StreamCounts& stream : counts.streams)
    object[stream.name] = {{"devices", stream.devices}, {"records", stream.records}};
  object["people"] = counts.people;
  object["steps"] = counts.steps;
  std::cout << object.dump() << "\n";
}

Result<int> dry_run(const Command& command, const Simulation& simulation) {
  const auto counts = TRY(write_seed_folder(simulation, command.dry_run_dir));
  TRY(write_expect_file(truth_folder(command.dry_run_dir) / "expect.toml", expected_text(simulation)));
  if (command.json_summary) {
    print_counts_as_json(counts);
    return 0;
  }
  print_table(counts);
  std::cout << "written to " << command.dry_run_dir.string() << ", the truth to "
            << truth_folder(command.dry_run_dir).string() << "\n";
  return 0;
}

FeedSources sources_of(const Simulation& simulation) {
  FeedSources sources;
  sources.devices = simulation.devices();
  for (const SimulatedStream& stream : simulation.streams())
    sources.streams.push_back({stream.device, stream.stream});
  sources.open = [&simulation](std::size_t stream) { return simulation.open(stream); };
  sources.digest = simulation.digest();
  sources.identity_seed = simulation.identity_seed();
  sources.start_ms = simulation.scenario().start_ms;
  return sources;
}

// What the scenario gives its devices' firmware, unless the command line says otherwise.
void limit_firmware(const DeviceLimits& limits, Command& command) {
  PlayOptions& play = command.play;
  if (limits.batch_records > 0 && !command.given.batch_records)
    play.batch_records = static_cast<std::size_t>(limits.batch_records);
  if (limits.spool_max_bytes > 0 && !command.given.spool_max_bytes)
    play.spool.most_bytes = static_cast<std::size_t>(limits.spool_max_bytes);
  if (!limits.spool_policy.empty() && !command.given.spool_policy)
    play.spool.overflow = overflow_policies().at(limits.spool_policy);
}

Result<int> play_people(const Command& asked, const Simulation& simulation, const std::atomic<bool>& stop) {
  Command command = asked;
  limit_firmware(simulation.scenario().limits, command);
  SourceFeed feed(sources_of(simulation), {command.play.batch_records, command.batch_ms});
  PlayExtras extras;
  extras.connections = 0;
  extras.summary = SummaryFormat::table;
  const Scenario& scenario = simulation.scenario();
  if (has_faults(scenario.faults, scenario.network)) {
    extras.faults = FaultPlan{
        scenario.faults,   scenario.network,
        scenario.seed,     command.play.speed,
        scenario.start_ms, [&simulation](std::size_t device) { return simulation.sensor_faults(device); }};
  }
  return play_and_report(command, feed, extras, stop);
}

struct ScoredAt {
  Alignment alignment;
  std::int64_t tolerance_ms;
  Score score;
};

std::vector<ScoredAt> score_all(const Simulation& simulation) {
  std::vector<ScoredAt> scores;
  for (const Alignment alignment : {Alignment::trainer_clock, Alignment::true_time}) {
    for (const std::int64_t tolerance_ms : {100, 200, 500})
      scores.push_back({alignment, tolerance_ms, score_simulation(simulation, alignment, tolerance_ms)});
  }
  return scores;
}

const char* name_of(Alignment alignment) {
  return alignment == Alignment::trainer_clock ? "trainer" : "true";
}

void print_scores(const std::vector<ScoredAt>& scores) {
  std::cout << "clock    tolerance_ms    steps  detected  precision  recall     F1\n";
  for (const auto& [alignment, tolerance_ms, score] : scores)
    print_row("%-8s %12lld %8zu %9zu %10.3f %7.3f %6.3f\n", name_of(alignment),
              static_cast<long long>(tolerance_ms), score.true_steps, score.detected, score.precision(),
              score.recall(), score.f1());
}

void print_scores_as_json(const std::vector<ScoredAt>& scores) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const auto& [alignment, tolerance_ms, score] : scores)
    rows.push_back({{"clock", name_of(alignment)},
                    {"tolerance_ms", tolerance_ms},
                    {"steps", score.true_steps},
                    {"detected", score.detected},
                    {"matched", score.matched},
                    {"precision", score.precision()},
                    {"recall", score.recall()},
                    {"f1", score.f1()}});
  std::cout << rows.dump() << "\n";
}

}  // namespace

Result<Simulation> load_simulation(const Command& command) {
  auto scenario = TRY(load_scenario(command.source));
  if (command.seed) scenario.seed = *command.seed;
  return Simulation::from(std::move(scenario));
}

Result<int> simulate_people(const Command& command, const std::atomic<bool>& stop) {
  const auto simulation = TRY(load_simulation(command));
  if (!command.expect_out.empty()) TRY(write_expect_file(command.expect_out, expected_text(simulation)));
  if (!command.dry_run_dir.empty()) return dry_run(command, simulation);
  return play_people(command, simulation, stop);
}

Result<int> score_people(const Command& command) {
  const auto simulation = TRY(load_simulation(command));
  const auto scores = score_all(simulation);
  if (command.json_summary) {
    print_scores_as_json(scores);
  } else {
    print_scores(scores);
  }
  return 0;
}

}  // namespace stedi::firmware
