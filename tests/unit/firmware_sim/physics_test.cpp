// The generated data against published figures; each test names its source,
// firmware_sim/people/physics/README.md with document and table.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <set>

#include "core/record/decode.hpp"
#include "firmware_sim/people/physics/accelerometer.hpp"
#include "firmware_sim/people/physics/device_clock.hpp"
#include "firmware_sim/people/physics/distance_sensor.hpp"
#include "firmware_sim/people/physics/gait.hpp"
#include "firmware_sim/people/physics/near_normal.hpp"
#include "firmware_sim/people/physics/wave.hpp"
#include "tests/unit/firmware_sim/simulated.hpp"

namespace stedi::firmware {
namespace {

// Firmware may compile it as it is.
TEST(Physics, UsesNoOperatingSystem) {
  const std::set<std::string> allowed = {"<algorithm>", "<array>",    "<cmath>", "<cstdint>",
                                         "<limits>",    "<optional>", "<span>",  "<string_view>"};
  std::size_t files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(STEDI_SOURCE_DIR "/firmware_sim/people/physics")) {
    if (entry.path().extension() == ".md") continue;
    ++files;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      if (!line.starts_with("#include ")) continue;
      const std::string what = line.substr(9);
      const bool is_near =
          what.starts_with("\"firmware_sim/people/physics/") || what.starts_with("\"firmware_sim/random/");
      EXPECT_TRUE(is_near || allowed.contains(what)) << entry.path() << ": " << what;
    }
  }
  EXPECT_GT(files, 10U);
}

struct Moments {
  double mean = 0;
  double deviation = 0;
};

Moments moments_of(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / (n - 1))};
}

std::vector<double> step_times(const Gait& gait, std::uint64_t seed, int count) {
  Steps steps(gait, CounterRandom(seed), 0);
  std::vector<double> times_s;
  double last_s = steps.next().lift_off_s;
  for (int i = 0; i < count; ++i) {
    const double now_s = steps.next().lift_off_s;
    times_s.push_back(now_s - last_s);
    last_s = now_s;
  }
  return times_s;
}

TEST(PhysicsNoise, HasTheMomentsOfANormalNumber) {
  CounterRandom random(1);
  std::vector<double> values(200'000);
  for (double& value : values) value = near_normal(random);
  const Moments moments = moments_of(values);
  EXPECT_NEAR(moments.mean, 0, 0.01);
  EXPECT_NEAR(moments.deviation, 1, 0.01);
  const auto within_one =
      std::count_if(values.begin(), values.end(), [](double v) { return std::abs(v) < 1; });
  EXPECT_NEAR(static_cast<double>(within_one) / 200'000, 0.683, 0.01);
}

TEST(PhysicsNoise, SineIsGoodToTwoThousandths) {
  constexpr double two_pi = 6.283185307179586;
  for (int i = -2'000; i < 2'000; ++i)
    EXPECT_NEAR(sine_of_turns(i / 777.0), std::sin(two_pi * i / 777.0), 0.002) << i;
}

// Two-minute step test, right knees in 120 s = both feet's steps a minute. Means of women and men 91 and 101
// at 60-64, 58 and 69 at 90-94 (Rikli and Jones, J. Aging Phys. Act. 7, 1999, N = 7,183); the average range
// of women and men together 75-115 and 44-86 (Jones and Rikli 2002).
TEST(PhysicsGait, CadenceIsThatOfTheTwoMinuteStepTest) {
  for (const auto& [age, least, least_mean, most_mean, most] :
       {std::tuple{62.0, 75.0, 91.0, 101.0, 115.0}, {92.0, 44.0, 58.0, 69.0, 86.0}}) {
    int within = 0;
    std::vector<double> cadences;
    for (std::uint64_t person = 0; person < 400; ++person) {
      const double cadence = make_gait(age, CounterRandom(person)).cadence_per_min;
      cadences.push_back(cadence);
      within += cadence >= least && cadence <= most ? 1 : 0;
    }
    EXPECT_GE(within, 200) << age;
    EXPECT_GT(moments_of(cadences).mean, least_mean);
    EXPECT_LT(moments_of(cadences).mean, most_mean);
  }
}

// Stride time varies by just a few percent in healthy adults, by more in fallers (Hausdorff, J. NeuroEng.
// Rehabil. 2:19, 2005). The median of people from 60 to 90 is a few percent; 10 % is our bound for anybody.
TEST(PhysicsGait, StepTimesVaryAsPublished) {
  std::vector<double> variations;
  for (std::uint64_t person = 0; person < 100; ++person) {
    Gait gait = make_gait(60 + static_cast<double>(person % 31), CounterRandom(person));
    gait.fatigue = 0;
    const auto times = step_times(gait, person, 400);
    std::vector<double> strides;
    for (std::size_t i = 1; i < times.size(); i += 2) strides.push_back(times[i - 1] + times[i]);
    const Moments moments = moments_of(strides);
    variations.push_back(moments.deviation / moments.mean);
    EXPECT_GT(variations.back(), 0.008);
    EXPECT_LT(variations.back(), 0.10);
  }
  std::sort(variations.begin(), variations.end());
  EXPECT_GT(variations[50], 0.01);
  EXPECT_LT(variations[50], 0.05);
}

// The same source: strides remember those before them.
TEST(PhysicsGait, NeighbouringStepsResembleEachOther) {
  Gait gait;
  gait.fatigue = 0;
  gait.asymmetry = 0;
  const auto times = step_times(gait, 9, 5'000);
  const Moments moments = moments_of(times);
  double products = 0;
  for (std::size_t i = 1; i < times.size(); ++i)
    products += (times[i] - moments.mean) * (times[i - 1] - moments.mean);
  const double correlation =
      products / static_cast<double>(times.size() - 1) / (moments.deviation * moments.deviation);
  EXPECT_NEAR(correlation, 0.35, 0.08);  // half of the variance lasts, by 0.7 a step
}

// By how much is our own figure: a few percent.
TEST(PhysicsGait, LeftAndRightDifferByTheAsymmetry) {
  Gait gait;
  gait.asymmetry = 0.04;
  gait.fatigue = 0;
  Steps steps(gait, CounterRandom(5), 0);
  double left_s = 0;
  double right_s = 0;
  for (int i = 0; i < 2'000; ++i) {
    const Step step = steps.next();
    (step.is_left ? left_s : right_s) += step.strike_s - step.lift_off_s;
  }
  EXPECT_NEAR(left_s / right_s, 1.04 / 0.96, 0.01);
}

TEST(PhysicsGait, StepsSlowDownWithFatigue) {
  Gait gait;
  gait.fatigue = 0.001;
  const auto times = step_times(gait, 3, 300);
  const double first = std::accumulate(times.begin(), times.begin() + 30, 0.0);
  const double last = std::accumulate(times.end() - 30, times.end(), 0.0);
  EXPECT_NEAR(last / first, 1.27, 0.08);
}

std::vector<double> measured(const DistanceProfile& profile, double distance_mm, std::uint64_t specimen) {
  DistanceSensor sensor(profile, CounterRandom(specimen));
  std::vector<double> values;
  for (int i = 0; i < 20'000; ++i) {
    const auto seen = sensor.measure(distance_mm);
    // Without misses and detours: those are not noise.
    if (seen && std::abs(static_cast<double>(*seen) - distance_mm) < 0.1 * distance_mm + 20)
      values.push_back(static_cast<double>(*seen));
  }
  return values;
}

// VL53L0X (ST DocID029104 Rev 1, Table 12, indoors, 33 ms): standard deviation over measurements and parts 4
// % at 1.2 m on white, 7 % at 0.7 m on grey. VL53L1X (ST DocID031281 Rev 3, Tables 6 and 8): ranging error
// ±20 mm in the dark. HC-SR04 (Elecfreaks, features): accurate to 3 mm.
TEST(PhysicsDistance, ErrorIsWithinTheDataSheet) {
  for (std::uint64_t specimen = 0; specimen < 20; ++specimen) {
    const Moments l0x = moments_of(measured(*find_distance_profile("VL53L0X"), 1'190, specimen));
    EXPECT_LT(std::abs(l0x.mean - 1'190) + l0x.deviation, 0.04 * 1'190);
    const Moments grey = moments_of(measured(*find_distance_profile("VL53L0X"), 700, specimen));
    EXPECT_LT(std::abs(grey.mean - 700) + grey.deviation, 0.07 * 700);
    const Moments l1x = moments_of(measured(*find_distance_profile("VL53L1X"), 300, specimen));
    EXPECT_LT(std::abs(l1x.mean - 300) + l1x.deviation, 20);
    const Moments sonar = moments_of(measured(*find_distance_profile("HC-SR04"), 300, specimen));
    EXPECT_LT(std::abs(sonar.mean - 300), 3.5);
    EXPECT_GT(l0x.deviation, 1);
    EXPECT_GT(l1x.deviation, 1);
    EXPECT_GT(sonar.deviation, 1);
  }
}

// 1 mm a digit (the ST drivers' RangeMilliMeter); 3 mm (HC-SR04, resellers' data sheets: resolution 0.3 cm).
TEST(PhysicsDistance, IsQuantisedAsTheSensorIs) {
  std::map<std::int64_t, int> remainders;
  for (const double value : measured(*find_distance_profile("HC-SR04"), 250, 1))
    ++remainders[static_cast<std::int64_t>(value) % 3];
  EXPECT_EQ(remainders.size(), 1U);
  EXPECT_TRUE(remainders.contains(0));
  for (const double value : measured(*find_distance_profile("VL53L0X"), 250, 1))
    ++remainders[static_cast<std::int64_t>(value) % 3];
  EXPECT_EQ(remainders.size(), 3U);
}

// Ranges and times: VL53L0X Table 13, default mode; VL53L1X features, Table 4 (short mode) and §3.3; HC-SR04
// "Electric Parameter" and "Timing diagram".
TEST(PhysicsDistance, ProfilesHaveTheRangeAndTheTimesOfTheDataSheet) {
  const DistanceProfile& l0x = *find_distance_profile("VL53L0X");
  EXPECT_EQ(l0x.most_mm, 1'200);
  EXPECT_LE(l0x.rate_hz, 1 / 0.030);
  EXPECT_EQ(l0x.budget_s, 0.030);
  const DistanceProfile& l1x = *find_distance_profile("VL53L1X");
  EXPECT_EQ(l1x.least_mm, 40);
  EXPECT_EQ(l1x.most_mm, 1'360);
  EXPECT_LE(l1x.rate_hz, 50);
  EXPECT_GE(l1x.budget_s, 0.020);
  const DistanceProfile& sonar = *find_distance_profile("HC-SR04");
  EXPECT_EQ(sonar.least_mm, 20);
  EXPECT_EQ(sonar.most_mm, 4'000);
  EXPECT_LT(sonar.rate_hz, 1 / 0.060);
}

TEST(PhysicsDistance, MissedReturnsAreReportedAsTheSensorDoes) {
  DistanceSensor l0x(*find_distance_profile("VL53L0X"), CounterRandom(1));
  DistanceSensor l1x(*find_distance_profile("VL53L1X"), CounterRandom(1));
  DistanceSensor sonar(*find_distance_profile("HC-SR04"), CounterRandom(1));
  EXPECT_EQ(l0x.measure(1'201), 8'190);
  EXPECT_EQ(l1x.measure(1'361), std::nullopt);
  EXPECT_EQ(sonar.measure(4'001), 6'552);  // 38 ms at 58 µs a centimetre
  int missed = 0;
  for (int i = 0; i < 100'000; ++i) missed += l0x.measure(250) == 8'190 ? 1 : 0;
  EXPECT_NEAR(missed, 400, 80);
}

std::vector<AccelerometerReading> phone_readings(const Simulation& simulation, std::size_t person) {
  std::vector<AccelerometerReading> readings;
  RecordDecoder decoder;
  const auto source = simulation.open(stream_of(simulation, Stream::accelerometer, person));
  for (SimulatedRecord record; source->next(record);) {
    const std::size_t bytes = record.json.size();
    record.json.append(decode_padding_bytes, ' ');
    AccelerometerReading reading;
    EXPECT_FALSE(decoder.decode(std::string_view(record.json).substr(0, bytes), reading));
    readings.push_back(reading);
  }
  return readings;
}

Scenario standing(std::int64_t people, double seconds) {
  Scenario scenario;
  scenario.name = "standing";
  scenario.population.count = people;
  scenario.duration_s = seconds;
  scenario.sittings.length_s = seconds;
  scenario.activities = {{ActivityKind::object, 1, 1, seconds, seconds, 1}};
  return scenario;
}

// Gravity is 1 g whichever way the phone lies; offset ±40 mg an axis (ST LIS2DH12, DocID025056 Table 4,
// typical), noise 10-30 mg.
TEST(PhysicsAccelerometer, FeelsGravityAndNoise) {
  const Simulation simulation = simulation_of(standing(20, 60));
  for (std::size_t person = 0; person < 20; ++person) {
    std::vector<double> x;
    std::vector<double> length;
    for (const AccelerometerReading& reading : phone_readings(simulation, person)) {
      x.push_back(reading.x);
      length.push_back(std::sqrt(reading.x * reading.x + reading.y * reading.y + reading.z * reading.z));
    }
    EXPECT_NEAR(moments_of(length).mean, 1, 0.08);
    EXPECT_GT(moments_of(x).deviation, 0.0095);
    EXPECT_LT(moments_of(x).deviation, 0.035);  // a hand that pushes the object moves the body a little
  }
}

// White noise of 10 to 30 mg over the band of 25 Hz that samples at 50 Hz have: a density of 2 to 6 mg/√Hz,
// ten times a MEMS sensor's own (ST LIS2DH12: 0.22 mg/√Hz) and more: no phone is quieter than its sensor.
// White: the mean of 25 samples varies by a fifth of what one does.
TEST(PhysicsAccelerometer, NoiseIsWhiteAndOfADensityAboveTheSensorsOwn) {
  for (std::uint64_t specimen = 0; specimen < 20; ++specimen) {
    Accelerometer sensor(*find_accelerometer_profile("phone"), CounterRandom(specimen));
    std::vector<double> one_mg;
    std::vector<double> mean_of_25_mg;
    for (int mean = 0; mean < 800; ++mean) {
      double sum_mg = 0;
      for (int i = 0; i < 25; ++i) {
        one_mg.push_back(static_cast<double>(sensor.measure({}).x));
        sum_mg += one_mg.back();
      }
      mean_of_25_mg.push_back(sum_mg / 25);
    }
    const double deviation_mg = moments_of(one_mg).deviation;
    const double density_mg = deviation_mg / std::sqrt(25.0);  // mg/√Hz
    EXPECT_GT(density_mg, 0.22);
    EXPECT_GT(density_mg, 1.95);
    EXPECT_LT(density_mg, 6.1);
    EXPECT_NEAR(moments_of(mean_of_25_mg).deviation / deviation_mg, 0.2, 0.025);
  }
}

// One digit is 1 mg (ST LIS2DH12 at ±2 g, 12 bits).
TEST(PhysicsAccelerometer, IsQuantisedToAThousandthOfG) {
  const Simulation simulation = simulation_of(standing(1, 30));
  std::set<std::int64_t> digits;
  for (const AccelerometerReading& reading : phone_readings(simulation, 0)) {
    const double mg = reading.x * 1'000;
    EXPECT_NEAR(mg, std::round(mg), 1e-6);
    digits.insert(std::llround(mg));
  }
  EXPECT_LT(*digits.rbegin() - *digits.begin(), static_cast<std::int64_t>(3 * digits.size()))
      << "most of them";
}

// 50 Hz is Android's SENSOR_DELAY_GAME, 20,000 µs. Phones sample unsteadily and lose samples (Stisen et al.,
// SenSys 2015); 2 ms and 0.1 % are our figures.
TEST(PhysicsAccelerometer, SamplesAtFiftyHertzWithJitterAndLosses) {
  const Simulation simulation = simulation_of(standing(1, 600));
  const auto readings = phone_readings(simulation, 0);
  std::vector<double> gaps_ms;
  int lost = 0;
  for (std::size_t i = 1; i < readings.size(); ++i) {
    const auto gap_ms = static_cast<double>(readings[i].timestamp_ms - readings[i - 1].timestamp_ms);
    EXPECT_GT(gap_ms, 0);
    if (gap_ms < 32) gaps_ms.push_back(gap_ms);
    lost += gap_ms < 32 ? 0 : static_cast<int>(std::lround(gap_ms / 20)) - 1;
  }
  const Moments moments = moments_of(gaps_ms);
  EXPECT_NEAR(moments.mean, 20, 0.1);
  EXPECT_NEAR(moments.deviation / std::sqrt(2.0), 2, 0.2);  // of two instants
  EXPECT_GT(lost, 20);
  EXPECT_LT(lost, 200);
}

// Allan deviation over averaging times tau: the root of half the mean square of the differences between
// successive mean frequencies, which are differences of the offset by tau (NIST Technical Note 1337).
double allan_deviation(ClockModel clock, double tau_s, int count) {
  std::vector<double> offsets_ms;
  for (int i = 0; i < count; ++i) offsets_ms.push_back(clock.offset_ms(i * tau_s));
  double squares = 0;
  for (std::size_t i = 2; i < offsets_ms.size(); ++i) {
    const double second = (offsets_ms[i] - 2 * offsets_ms[i - 1] + offsets_ms[i - 2]) / 1'000;
    squares += second * second;
  }
  return std::sqrt(squares / (2.0 * static_cast<double>(offsets_ms.size() - 2))) / tau_s;
}

ClockModel clock_of(DeviceClock clock, std::uint64_t specimen) {
  return {clock, {}, 1'700'000'000'000, CounterRandom(specimen)};
}

double rate_error(DeviceClock clock, std::uint64_t specimen) {
  ClockModel model = clock_of(clock, specimen);
  const double before_ms = model.offset_ms(0);
  return (model.offset_ms(1'000) - before_ms) / 1e6;
}

// A watch crystal is made to ±20 ppm (CTS TF20, 008-0353-0 Rev C, standard tolerance at 25 °C); a trimmed
// oscillator without one is typically within ±1.5 % (Nordic nRF5340, fTOL_HFINT64M).
TEST(PhysicsClock, DriftsByTheFigureOfItsOscillator) {
  for (const auto& [oscillator, most] : {std::pair{Oscillator::crystal, 20e-6}, {Oscillator::rc, 0.015}}) {
    DeviceClock clock;
    clock.oscillator = oscillator;
    double widest = 0;
    for (std::uint64_t specimen = 0; specimen < 200; ++specimen) {
      const double error = std::abs(rate_error(clock, specimen));
      EXPECT_LT(error, 1.1 * most);
      widest = std::max(widest, error);
    }
    EXPECT_GT(widest, 0.9 * most);
  }
}

// What is left when the constant error is taken away is what a room's temperature does: 5 °C off its turnover
// a fork loses 2 · 0.030 · 5 = 0.3 ppm with each °C (CTS TF20, -0.030 ppm/°C²). So over ten seconds, a tenth
// of a degree, at most 3e-8; over five minutes, a degree, at most 3e-7; growing with tau, as a walk does.
// That RC wanders a thousand times as much is our figure.
TEST(PhysicsClock, WandersLikeItsOscillator) {
  DeviceClock crystal;
  DeviceClock rc;
  rc.oscillator = Oscillator::rc;
  for (std::uint64_t specimen = 0; specimen < 10; ++specimen) {
    const double at_10_s = allan_deviation(clock_of(crystal, specimen), 10, 2'000);
    const double at_300_s = allan_deviation(clock_of(crystal, specimen), 300, 500);
    EXPECT_GT(at_10_s, 1e-9);
    EXPECT_LT(at_10_s, 3e-8);
    EXPECT_GT(at_300_s, 2 * at_10_s);
    EXPECT_LT(at_300_s, 3e-7);
    EXPECT_NEAR(allan_deviation(clock_of(rc, specimen), 10, 2'000) / at_10_s, 1'000, 10);
  }
}

TEST(PhysicsClock, NtpPullsItBackInOneStep) {
  DeviceClock settings;
  settings.oscillator = Oscillator::rc;
  settings.sync_every_s = 600;
  settings.sync_error_ms = 20;
  ClockModel clock = clock_of(settings, 3);
  const double drifted_ms = std::abs(clock.offset_ms(599.9));
  EXPECT_GT(drifted_ms, 100);
  EXPECT_LE(std::abs(clock.offset_ms(600)), 20);
  EXPECT_NEAR(std::abs(clock.offset_ms(1'199.9)), drifted_ms, 0.1 * drifted_ms + 40);
}

TEST(PhysicsClock, BootsIn1970UntilTheFirstSync) {
  DeviceClock settings;
  settings.boots_in_1970 = 1;
  settings.sync_every_s = 60;
  ClockModel clock = clock_of(settings, 1);
  EXPECT_NEAR(static_cast<double>(clock.stamp_ms(59)), 59'000, 5);
  EXPECT_NEAR(static_cast<double>(clock.stamp_ms(61)), 1'700'000'061'000, 5);
}

}  // namespace
}  // namespace stedi::firmware
