#include "firmware_sim/people/step_truth.hpp"

#include "firmware_sim/people/device_sources.hpp"
#include "firmware_sim/people/line_text.hpp"

namespace stedi::firmware {

namespace {

std::int64_t microseconds(double milliseconds) {
  return static_cast<std::int64_t>(milliseconds * 1'000);
}

class StepTruth final : public RecordSource {
 public:
  StepTruth(const Scenario& scenario, const SimulatedPerson& person)
      : scenario_(scenario), number_(person.number()), timeline_(person.timeline()) {
    if (scenario.population.has_phone) phone_ = phone_clock(scenario, person);
    if (scenario.population.has_trainer) trainer_ = trainer_clock(scenario, person);
  }

  bool next(SimulatedRecord& record) override {
    Movement movement;
    do {
      if (!next_movement(movement)) return false;
    } while (!movement.is_step);
    if (movement.end_s >= scenario_.duration_s) return false;
    write(record, movement);
    return true;
  }

 private:
  bool next_movement(Movement& movement) {
    while (!run_ || !run_->next(movement)) {
      run_ = timeline_.next();
      if (!run_) return false;
    }
    return true;
  }

  void write(SimulatedRecord& record, const Movement& step) {
    const auto epoch_us = [this](double time_s) {
      return scenario_.start_ms * 1'000 + microseconds(time_s * 1'000);
    };
    record.time_ms = epoch_us(step.end_s) / 1'000;
    record.due_ms = record.time_ms;
    std::string& line = record.json;
    line.assign("{\"person\":");
    append_integer(line, static_cast<std::int64_t>(number_));
    line += ",\"sitting\":";
    append_integer(line, timeline_.sitting());
    line += step.is_left ? ",\"foot\":\"left\",\"liftOffTime\":" : ",\"foot\":\"right\",\"liftOffTime\":";
    append_thousandths(line, epoch_us(step.start_s));
    line += ",\"heelStrikeTime\":";
    append_thousandths(line, epoch_us(step.end_s));
    line += ",\"liftMillimetres\":";
    append_thousandths(line, microseconds(step.depth_mm));
    append_offset(line, ",\"trainerClockOffset\":", trainer_, step.end_s);
    append_offset(line, ",\"phoneClockOffset\":", phone_, step.end_s);
    line += '}';
  }

  static void append_offset(std::string& line, std::string_view key, std::optional<ClockModel>& clock,
                            double time_s) {
    if (!clock) return;
    line += key;
    append_thousandths(line, microseconds(clock->offset_ms(time_s)));
  }

  const Scenario& scenario_;
  std::size_t number_;
  Timeline timeline_;
  std::optional<ActivityRun> run_;
  std::optional<ClockModel> phone_;
  std::optional<ClockModel> trainer_;
};

}  // namespace

std::unique_ptr<RecordSource> open_step_truth(const Scenario& scenario, const SimulatedPerson& person) {
  return std::make_unique<StepTruth>(scenario, person);
}

}  // namespace stedi::firmware
