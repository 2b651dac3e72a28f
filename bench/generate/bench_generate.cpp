// How fast the simulator makes readings, alone: no spool, no network, one core. Goal: 2 M readings a second
// of CPU time. Checked first: that a second pass says the same bytes; then that the hot path allocates
// nothing.
//
//   bench_generate [SCENARIO…]      default: clinic and fleet
#include <ctime>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <new>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "core/digest/digest.hpp"
#include "firmware_sim/people/simulation.hpp"

namespace {

std::size_t allocations = 0;  // one thread

}  // namespace

// Not inlined, or the compiler takes malloc and delete for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

using namespace stedi;
using namespace stedi::firmware;

constexpr double goal_per_s = 2e6;
constexpr int rounds = 3;

double cpu_s() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Pass {
  std::size_t readings = 0;
  std::size_t bytes = 0;
  std::size_t allocated_beyond_open = 0;
  double seconds = 0;
};

bool is_reading(Stream stream) {
  return stream == Stream::accelerometer || stream == Stream::step_trainer;
}

Pass generate(const Simulation& simulation) {
  Pass pass;
  SimulatedRecord record;
  record.json.reserve(1'024);
  const double start_s = cpu_s();
  for (std::size_t i = 0; i < simulation.streams().size(); ++i) {
    if (!is_reading(simulation.streams()[i].stream)) continue;
    const auto source = simulation.open(i);
    const std::size_t before = allocations;
    for (; source->next(record); ++pass.readings) pass.bytes += record.json.size();
    pass.allocated_beyond_open += allocations - before;
  }
  pass.seconds = cpu_s() - start_s;
  return pass;
}

std::string digest_of(const Simulation& simulation) {
  Sha256Stream digest;
  SimulatedRecord record;
  for (std::size_t i = 0; i < simulation.streams().size(); ++i) {
    for (const auto source = simulation.open(i); source->next(record);) digest.update(record.json);
  }
  return hex(digest.finish());
}

double rival_per_s() {
  constexpr int readings = 300'000;
  std::mt19937_64 random(1);
  std::normal_distribution<double> noise_g(0, 0.02);
  std::size_t bytes = 0;
  const double start_s = cpu_s();
  for (int i = 0; i < readings; ++i) {
    const nlohmann::ordered_json reading = {{"user", "amber.wren.00000@example.com"},
                                            {"timestamp", 1'709'542'800'000 + std::int64_t{i} * 20},
                                            {"x", noise_g(random)},
                                            {"y", 1 + noise_g(random)},
                                            {"z", noise_g(random)}};
    bytes += reading.dump().size();
  }
  const double seconds = cpu_s() - start_s;
  return bytes == 0 ? 0 : readings / seconds;
}

int measure(const std::string& file) {
  auto scenario = load_scenario(file);
  if (!scenario) {
    std::cerr << "bench_generate: " << scenario.error().message << "\n";
    return exit_status(scenario.error().fault);
  }
  const auto simulation = Simulation::from(std::move(*scenario));
  if (!simulation) return 2;
  const std::string name = simulation->scenario().name;
  if (digest_of(*simulation) != digest_of(*simulation)) {
    std::cerr << "bench_generate: " << name << ": a second pass says something else\n";
    return 3;
  }
  Pass best = generate(*simulation);
  for (int round = 1; round < rounds; ++round) {
    const Pass pass = generate(*simulation);
    if (pass.readings != best.readings || pass.allocated_beyond_open != 0) {
      std::cerr << "bench_generate: " << name << ": other readings, or allocations in the hot path\n";
      return 3;
    }
    if (pass.seconds < best.seconds) best = pass;
  }
  const double per_s = static_cast<double>(best.readings) / best.seconds;
  std::printf("%-10s %8zu devices %9zu readings %6.1f MB %8.3f s CPU %6.2f M readings/s (goal 2)%s\n",
              name.c_str(), simulation->devices().size(), best.readings,
              static_cast<double>(best.bytes) / 1e6, best.seconds, per_s / 1e6,
              per_s < goal_per_s ? "  MISSED" : "");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> files(argv + 1, argv + argc);
  if (files.empty())
    files = {STEDI_SOURCE_DIR "/config/scenarios/clinic.toml",
             STEDI_SOURCE_DIR "/config/scenarios/fleet.toml"};
  for (const std::string& file : files) {
    if (const int status = measure(file); status != 0) return status;
  }
  std::printf("rival      noise alone, by the standard library and nlohmann::json %6.2f M readings/s\n",
              rival_per_s() / 1e6);
  return 0;
}
