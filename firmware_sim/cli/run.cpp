#include "firmware_sim/cli/run.hpp"

#include <iostream>

#include "firmware_sim/cli/expect_file.hpp"
#include "firmware_sim/cli/people.hpp"
#include "firmware_sim/cli/play_command.hpp"
#include "firmware_sim/feed/recording_feed.hpp"
#include "firmware_sim/feed/replay.hpp"
#include "firmware_sim/people/scenario.hpp"
#include "firmware_sim/twin/twin.hpp"

namespace stedi::firmware {

namespace {

Result<int> replay(const Command& command, const std::atomic<bool>& stop) {
  const auto recording = TRY(load_recording(command.source));
  RecordingFeed feed(recording, command.play.batch_records);
  return play_and_report(command, feed, {}, stop);
}

Result<int> dry_run(const Command& command, const TwinScenario& scenario, const Twin& twin) {
  TRY(write_seed_files(command.dry_run_dir, scenario, twin.texts));
  std::cout << twin.planned.customers.size() << " customer, " << twin.planned.accelerometer.size()
            << " accelerometer, " << twin.planned.step_trainer.size() << " step_trainer and "
            << twin.planned.malformed << " malformed records written to " << command.dry_run_dir.string()
            << "\n";
  return 0;
}

Result<int> simulate_twin(const Command& command, const std::atomic<bool>& stop) {
  auto scenario = TRY(load_twin_scenario(command.source));
  if (command.seed) scenario.seed = *command.seed;
  Twin twin = generate_twin(scenario);
  const std::string expect = expect_toml(
      twin.expected, "What every table must hold after `stedi-device simulate` of \"" + scenario.name +
                         "\" with seed " + std::to_string(scenario.seed) + ": by the twin's own truth.");
  if (!command.expect_out.empty()) TRY(write_expect_file(command.expect_out, expect));
  if (!command.dry_run_dir.empty()) return dry_run(command, scenario, twin);
  const Recording recording = record_twin(scenario, std::move(twin.texts));
  const auto keep_expected = [&] {
    return write_expect_file(command.play.spool_dir / "expect.toml", expect);
  };
  RecordingFeed feed(recording, command.play.batch_records);
  return play_and_report(command, feed, {SummaryFormat::line, 1, keep_expected, {}}, stop);
}

Result<int> simulate(const Command& command, const std::atomic<bool>& stop) {
  const auto kind = TRY(scenario_kind(command.source));
  if (kind == "people") return simulate_people(command, stop);
  if (kind == "twin") return simulate_twin(command, stop);
  return usage_error(command.source.string() + ": kind: expected \"people\" or \"twin\"");
}

Result<int> carry_out(const Command& command, const std::atomic<bool>& stop) {
  switch (command.verb) {
    case Command::Verb::replay:
      return replay(command, stop);
    case Command::Verb::simulate:
      return simulate(command, stop);
    case Command::Verb::score:
      return score_people(command);
  }
  return fail("no such verb");
}

}  // namespace

int run_command(const Command& command, const std::atomic<bool>& stop) {
  const auto status = carry_out(command, stop);
  if (status) return *status;
  std::cerr << "stedi-device: " << status.error().message << "\n";
  return exit_status(status.error().fault);
}

}  // namespace stedi::firmware
