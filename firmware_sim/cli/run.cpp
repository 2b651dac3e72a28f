#include "firmware_sim/cli/run.hpp"

#include <fstream>
#include <functional>
#include <iostream>

#include "core/mqtt/broker_url.hpp"
#include "core/mqtt/paho_client.hpp"
#include "firmware_sim/cli/people.hpp"
#include "firmware_sim/cli/report.hpp"
#include "firmware_sim/replay/replay.hpp"
#include "firmware_sim/scenario/scenario.hpp"
#include "firmware_sim/twin/truth.hpp"
#include "firmware_sim/twin/twin.hpp"

namespace stedi::firmware {

namespace {

Result<void> write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::trunc);
  out << text;
  out.close();
  if (!out) return fail("cannot write " + file.string());
  return {};
}

Result<int> play_and_report(const Command& command, const Recording& recording, const std::atomic<bool>& stop,
                            std::function<Result<void>()> on_spool_open) {
  const SystemClock clock;
  const auto broker = mqtt::parse_broker_url(command.play.connection.broker_url);
  if (!broker) return Failure(broker.error());
  ProgressLine progress(clock, broker->address());  // without a password
  PlayWorld world;
  world.clock = &clock;
  world.make_client = mqtt::make_paho_client;
  world.stop = &stop;
  world.on_spool_open = std::move(on_spool_open);
  world.on_progress = [&progress](const PlayStatus& status) { progress.show(status); };
  const auto summary = play(recording, command.play, world);
  progress.finish();
  if (!summary) return Failure(summary.error());
  const auto format = command.json_summary ? SummaryFormat::json : SummaryFormat::line;
  return report_summary(*summary, format, command.play.spool_dir.string());
}

Result<int> replay(const Command& command, const std::atomic<bool>& stop) {
  const auto recording = load_recording(command.source);
  if (!recording) return Failure(recording.error());
  return play_and_report(command, *recording, stop, nullptr);
}

Result<int> dry_run(const Command& command, const TwinScenario& scenario, const Twin& twin) {
  if (auto written = write_seed_files(command.dry_run_dir, scenario, twin.texts); !written)
    return Failure(written.error());
  std::cout << twin.planned.customers.size() << " customer, " << twin.planned.accelerometer.size()
            << " accelerometer, " << twin.planned.step_trainer.size() << " step_trainer and "
            << twin.planned.malformed << " malformed records written below " << command.dry_run_dir.string()
            << "\n";
  return 0;
}

Result<int> simulate_twin(const Command& command, const std::atomic<bool>& stop) {
  auto scenario = load_twin_scenario(command.source);
  if (!scenario) return Failure(scenario.error());
  if (command.seed) scenario->seed = *command.seed;
  Twin twin = generate_twin(*scenario);
  const std::string expect =
      expect_toml(expected_counts(twin.planned),
                  "What every table must hold after `stedi-device simulate` of \"" + scenario->name +
                      "\" with seed " + std::to_string(scenario->seed) + ": by the twin's own truth.");
  if (!command.expect_out.empty()) {
    if (auto written = write_text(command.expect_out, expect); !written) return Failure(written.error());
  }
  if (!command.dry_run_dir.empty()) return dry_run(command, *scenario, twin);
  const Recording recording = record_twin(*scenario, std::move(twin.texts));
  const auto keep_expected = [&] { return write_text(command.play.spool_dir / "expect.toml", expect); };
  return play_and_report(command, recording, stop, keep_expected);
}

Result<int> simulate(const Command& command, const std::atomic<bool>& stop) {
  const auto kind = scenario_kind(command.source);
  if (!kind) return Failure(kind.error());
  return *kind == "people" ? simulate_people(command) : simulate_twin(command, stop);
}

Result<int> carry_out(const Command& command, const std::atomic<bool>& stop) {
  switch (command.verb) {
    case Command::Verb::replay:
      return replay(command, stop);
    case Command::Verb::simulate:
      return simulate(command, stop);
    case Command::Verb::plot:
      return plot_people(command);
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
