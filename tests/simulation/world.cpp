#include "tests/simulation/world.hpp"

#include "lakehouse/landing/store.hpp"
#include "tests/simulation/trace.hpp"

namespace stedi::simulation {

namespace {

constexpr std::int64_t first_reading_ms = 1'700'000'000'000;
constexpr int most_healing_rounds = 500;
constexpr std::int64_t healing_round_ms = 500;

// Every reading carries a number of its own, so that the law can tell them apart.
firmware::Recording draw_recording(Dice& dice, std::uint64_t seed) {
  firmware::RecordingBuilder builder;
  std::int64_t number = 0;
  std::int64_t time_ms = 0;
  const auto readings = dice.between(10, 60);
  builder.add(firmware::DeviceKind::website, firmware::website_name, Stream::customer,
              {0, builder.keep(R"({"email":"one@example.com"})")});
  while (number < readings) {
    ++number;
    time_ms += dice.between(0, 300);
    const std::string at = std::to_string(first_reading_ms + time_ms);
    const std::string n = std::to_string(number);
    if (dice.chance(60)) {
      const std::string user = dice.chance(50) ? "one@example.com" : "two@example.com";
      builder.add(firmware::DeviceKind::phone, user, Stream::accelerometer,
                  {time_ms, builder.keep(R"({"user":")" + user + R"(","timestamp":)" + at + R"(,"x":)" + n +
                                         R"(,"y":0,"z":0})")});
    } else {
      builder.add(firmware::DeviceKind::trainer, "serial", Stream::step_trainer,
                  {time_ms, builder.keep(R"({"sensorReadingTime":)" + at +
                                         R"(,"serialNumber":"serial","distanceFromObject":)" + n + "}")});
    }
  }
  firmware::Recording recording = builder.finish();
  recording.digest = std::to_string(seed);
  return recording;
}

firmware::SpoolOptions draw_spool(Dice& dice) {
  using firmware::OverflowPolicy;
  firmware::SpoolOptions spool;
  spool.overflow = static_cast<OverflowPolicy>(dice.below(3));
  spool.most_bytes = static_cast<std::size_t>(dice.between(400, 5'000));
  if (dice.chance(15)) spool.most_age_ms = dice.between(500, 20'000);
  return spool;
}

firmware::FsyncPolicy draw_fsync(Dice& dice) {
  using Kind = firmware::FsyncPolicy::Kind;
  if (dice.chance(40)) return {Kind::every_batch, 0};
  return {Kind::group, dice.chance(50) ? 0 : dice.between(1, 1'000)};
}

GatewayLimits draw_gateway(Dice& dice) {
  GatewayLimits limits;
  limits.queue.max_messages = static_cast<std::size_t>(dice.between(1, 30));
  limits.group.max_records = dice.between(1, 30);
  limits.max_ranges_per_source = static_cast<std::size_t>(dice.between(1, 4));
  limits.conflict_window = static_cast<std::size_t>(dice.between(1, 100));
  limits.checkpoint_every_batches = dice.between(1, 12);
  return limits;
}

}  // namespace

World::Plan World::draw_plan(Dice& dice) {
  Plan plan;
  plan.recording = draw_recording(dice, 1);
  plan.device.spool = draw_spool(dice);
  plan.device.fsync = draw_fsync(dice);
  plan.device.batch_records = static_cast<std::size_t>(dice.between(1, 4));
  plan.device.speed = dice.chance(50) ? 0 : 1;
  plan.device.session = {static_cast<std::size_t>(dice.between(1, 8)), 2'000, {500, 8'000, 0.75, 1.25}, 20};
  plan.gateway = draw_gateway(dice);
  plan.steps = static_cast<int>(dice.between(30, 120));
  plan.keeps_all =
      plan.device.spool.overflow == firmware::OverflowPolicy::wait && !plan.device.spool.most_age_ms;
  return plan;
}

World::World(std::uint64_t seed, const std::filesystem::path& folder, Mutation mutation)
    : dice_(seed),
      plan_((seed_random_ids(seed), draw_plan(dice_))),
      network_(dice_),
      gateway_(folder / "store", plan_.gateway, network_, mutation),
      device_(folder / "device", plan_.recording, plan_.device, network_, mutation) {}

Judgement World::run() {
  for (int step = 0; step < plan_.steps; ++step) {
    take_a_step();
    bury_the_dead();
  }
  heal();
  const std::string missing = what_is_missing();
  device_.stop();
  gateway_.stop();
  Judgement judgement = judge(device_.accepted_log(), gateway_.store_dir());
  if (judgement.first.empty()) judgement.first = missing;
  coverage_.gaps += judgement.gaps;
  coverage_.batches += judgement.landed;
  return judgement;
}

// ---- Steps

void World::take_a_step() {
  bring_up();
  switch (dice_.below(20)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
      for (auto messages = dice_.between(1, 4); messages > 0; --messages) network_.carry_one();
      return;
    case 6:
    case 7:
    case 8:
    case 9:
    case 10:
      return device_.turn();
    case 11:
    case 12:
    case 13:
    case 14:
      return gateway_.turn();
    case 15:
    case 16:
    case 17:
      return advance();
    default:
      return befall();
  }
}

// What is down comes up, sooner or later.
void World::bring_up() {
  if (gateway_.is_swapped() && dice_.chance(30)) gateway_.kill();  // by somebody who reads its log
  if (dice_.chance(30)) gateway_.boot();
  if (dice_.chance(30)) device_.boot();
  for (const Peer peer : both_peers)
    if (dice_.chance(30)) network_.connect(peer);
  if (dice_.chance(20)) gateway_.disk().set_trouble(DiskTrouble::none);
  if (dice_.chance(20)) device_.disk().set_trouble(DiskTrouble::none);
}

void World::advance() {
  const std::int64_t ms = dice_.chance(80) ? dice_.between(1, 400) : dice_.between(400, 10'000);
  device_.clock().advance_ms(ms);
  gateway_.clock().advance_ms(ms);
  network_.advance_ms(ms);
}

void World::befall() {
  switch (dice_.below(10)) {
    case 0:
    case 1:
    case 2:
      return befall_device();
    case 3:
    case 4:
    case 5:
    case 6:
      return befall_gateway();
    case 7:
      return step_a_clock();
    default:
      return befall_network();
  }
}

void World::befall_device() {
  switch (dice_.below(6)) {
    case 0:
      return kill(device_);
    case 1:
      ++coverage_.clean_stops;
      return device_.stop();
    case 2:
      return trouble_disk(device_);
    default:
      return device_.machine().die_after(static_cast<int>(dice_.between(0, 40)));
  }
}

void World::befall_gateway() {
  switch (dice_.below(7)) {
    case 0:
      return kill(gateway_);
    case 1:
      ++coverage_.clean_stops;
      return gateway_.stop();
    case 2:
      return trouble_disk(gateway_);
    case 3:
      coverage_.store_swaps += gateway_.is_up() && !gateway_.is_swapped() ? 1 : 0;
      return gateway_.swap_store();
    default:
      return gateway_.machine().die_after(static_cast<int>(dice_.between(0, 25)));
  }
}

void World::befall_network() {
  if (dice_.chance(25))
    return network_.restart_broker(dice_.chance(50) ? BrokerMemory::retained : BrokerMemory::none);
  network_.cut(dice_.chance(50) ? Peer::device : Peer::gateway);
}

void World::step_a_clock() {
  constexpr std::int64_t two_days_ms = 2 * 86'400'000;
  ++coverage_.clock_steps;
  ManualClock& clock = dice_.chance(50) ? device_.clock() : gateway_.clock();
  const std::int64_t step_ms =
      dice_.chance(50) ? dice_.between(-5'000, 5'000) : dice_.between(-two_days_ms, two_days_ms);
  clock.set_wall_ms(clock.wall_ms() + step_ms);
}

template <typename Node>
void World::trouble_disk(Node& node) {
  ++coverage_.disk_troubles;
  trace("disk trouble");
  node.disk().set_trouble(static_cast<DiskTrouble>(1 + dice_.below(3)));
}

// Of a killed process the system still writes what it was given; of a computer without power it does not.
template <typename Node>
void World::kill(Node& node) {
  trace("killed");
  node.kill();
  node.machine().revive();
  if (dice_.chance(50)) {
    ++coverage_.power_cuts;
    node.disk().cut_power(dice_);
  } else {
    ++coverage_.kills;
  }
}

void World::bury_the_dead() {
  if (device_.machine().is_dead()) {
    count_death_of_device(*device_.machine().died_at());
    kill(device_);
  }
  if (gateway_.machine().is_dead()) {
    count_death_of_gateway(*gateway_.machine().died_at());
    kill(gateway_);
  }
}

void World::count_death_of_device(Effect at) {
  if (at == Effect::batch) ++coverage_.device_died_before_publishing;
  if (at != Effect::disk_write && at != Effect::disk_sync) return;
  ++(device_.has_unread_ack() ? coverage_.device_died_after_ack_before_delete
                              : coverage_.device_died_before_acceptance);
}

void World::count_death_of_gateway(Effect at) {
  if (at == Effect::ack) ++coverage_.gateway_died_after_commit_before_ack;
  if (at == Effect::disk_write || at == Effect::disk_sync) ++coverage_.gateway_died_before_commit;
}

// ---- The end

template <typename Node>
void World::mend(Node& node) {
  node.disk().set_trouble(DiskTrouble::none);
  node.machine().revive();
}

// From here on everything works: all must be acknowledged in a bounded number of rounds.
void World::heal() {
  trace("everything works from here on");
  network_.heal();
  mend(device_);
  mend(gateway_);
  if (gateway_.is_swapped()) gateway_.kill();
  for (int round = 0; round < most_healing_rounds; ++round) {
    gateway_.boot();
    device_.boot();
    for (const Peer peer : both_peers) network_.connect(peer);
    device_.turn();
    while (network_.carry_one()) {
    }
    gateway_.turn();
    while (network_.carry_one()) {
    }
    device_.turn();
    if (device_.is_done()) return;
    device_.clock().advance_ms(healing_round_ms);
    gateway_.clock().advance_ms(healing_round_ms);
    network_.advance_ms(healing_round_ms);
  }
}

std::string World::what_is_missing() const {
  if (!device_.is_done())
    return "not everything is acknowledged although everything works; device: " + device_.trouble() +
           "; gateway: " + gateway_.trouble();
  if (!plan_.keeps_all) return {};
  auto store = landing::open_landing_for_reading(gateway_.store_dir());
  const auto landed = store->integer(
      "SELECT (SELECT count(*) FROM customer) + (SELECT count(*) FROM accelerometer) + (SELECT count(*) FROM "
      "step_trainer)");
  if (*landed == static_cast<std::int64_t>(plan_.recording.record_count())) return {};
  return std::to_string(*landed) + " of " + std::to_string(plan_.recording.record_count()) +
         " records landed, though the spool drops nothing";
}

void World::add_to(Coverage& sum) const {
  sum.gateway_died_before_commit += coverage_.gateway_died_before_commit;
  sum.gateway_died_after_commit_before_ack += coverage_.gateway_died_after_commit_before_ack;
  sum.device_died_before_acceptance += coverage_.device_died_before_acceptance;
  sum.device_died_after_ack_before_delete += coverage_.device_died_after_ack_before_delete;
  sum.device_died_before_publishing += coverage_.device_died_before_publishing;
  sum.power_cuts += coverage_.power_cuts;
  sum.kills += coverage_.kills;
  sum.clean_stops += coverage_.clean_stops;
  sum.disk_troubles += coverage_.disk_troubles;
  sum.clock_steps += coverage_.clock_steps;
  sum.store_swaps += coverage_.store_swaps;
  sum.gaps += coverage_.gaps;
  sum.batches += coverage_.batches;
  sum.failed_groups += gateway_.counts().failed_groups;
  sum.duplicates += gateway_.counts().duplicates;
  sum.withheld += gateway_.counts().withheld;
  sum.shed += gateway_.counts().shed;
  sum.network.lost += network_.counts().lost;
  sum.network.repeated += network_.counts().repeated;
  sum.network.overtaken += network_.counts().overtaken;
  sum.network.cuts += network_.counts().cuts;
  sum.network.restarts += network_.counts().restarts;
}

}  // namespace stedi::simulation
