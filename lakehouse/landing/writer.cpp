#include "lakehouse/landing/writer.hpp"

#include <utility>

#include "lakehouse/landing/expire_payloads.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/landing/writer_state.hpp"

namespace stedi::landing {

// ---- Transactions

Result<void> Writer::State::open_inserter() {
  inserter = TRY(Inserter::open(database));
  speakers.emplace(database, inserter->dictionary(), options.speaks_for_everyone);
  return {};
}

Failure Writer::State::give_up(const Error& error) {
  trouble = database.trouble();
  transaction.reset();
  inserter->forget();
  sources.clear();
  watermarks_are_stale = true;
  return Failure(error);
}

// What is committed elsewhere, nobody will find: that counts as nothing.
Result<void> Writer::State::check_place() {
  auto there = place.check();
  if (there) return {};
  const Failure failure = give_up(there.error());
  trouble = sqlite::Trouble::gone;
  return failure;
}

Result<void> Writer::State::begin() {
  TRY(check_place());
  auto begun = database.begin_immediate();
  if (!begun) return give_up(begun.error());
  transaction.emplace(std::move(*begun));
  if (auto ready = inserter->begin(); !ready) return give_up(ready.error());
  if (inserter->epoch() != epoch) {
    sources.clear();
    watermarks_are_stale = true;
    epoch = inserter->epoch();
  }
  if (watermarks_are_stale) {
    if (auto loaded = watermarks.load(); !loaded) return give_up(loaded.error());
    watermarks_are_stale = false;
  } else if (inserter->batch_id() != next_batch) {
    if (auto caught_up = watermarks.catch_up(next_batch); !caught_up) return give_up(caught_up.error());
  }
  return {};
}

void Writer::State::close_batch(const BatchRow& row) {
  inserter->add_batch(row);
  ++batches_since_save;
}

Result<void> Writer::State::save_watermarks_if_due() {
  if (batches_since_save < options.checkpoint_every_batches && !watermarks.is_save_due()) return {};
  TRY(watermarks.save(inserter->batch_id() - 1));
  batches_since_save = 0;
  return {};
}

Result<void> Writer::State::commit() {
  if (auto flushed = inserter->flush(); !flushed) return give_up(flushed.error());
  if (auto saved = save_watermarks_if_due(); !saved) return give_up(saved.error());
  if (auto committed = transaction->commit(); !committed) return give_up(committed.error());
  transaction.reset();
  TRY(check_place());
  next_batch = inserter->batch_id();
  trouble = sqlite::Trouble::none;
  return {};
}

// ---- What callers see

Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() = default;

Result<Writer> Writer::open(const std::filesystem::path& store_dir, WriterOptions options,
                            const Clock& clock) {
  auto database = TRY(open_landing_for_writing(store_dir, clock, options.busy_ms));
  auto place = TRY(sqlite::Place::of(database));
  auto state = std::make_unique<State>(std::move(database), std::move(place), std::move(options));
  TRY(state->open_inserter());
  return Writer(std::move(state));
}

Result<void> Writer::begin() {
  return state_->begin();
}

Result<LandResult> Writer::land(const Message& message) {
  auto outcome = state_->land(message);
  if (!outcome) return state_->give_up(outcome.error());
  return outcome;
}

Result<LandResult> Writer::quarantine(const Message& message, Reason reason) {
  auto outcome = state_->quarantine(message, reason);
  if (!outcome) return state_->give_up(outcome.error());
  return outcome;
}

Result<LandResult> Writer::replay(const Message& message, const QuarantinedRow& row) {
  auto outcome = state_->replay(message, row);
  if (!outcome) return state_->give_up(outcome.error());
  return outcome;
}

Result<std::int64_t> Writer::expire_payloads(std::int64_t days, std::int64_t now_ms, std::int64_t most) {
  auto expired = landing::expire_payloads(state_->database, days, now_ms, most);
  if (!expired) return state_->give_up(expired.error());
  return expired;
}

Result<void> Writer::commit() {
  return state_->commit();
}

Result<void> Writer::check_place() {
  return state_->check_place();
}

Result<void> Writer::save_watermarks() {
  TRY(begin());
  state_->batches_since_save = state_->options.checkpoint_every_batches;
  return commit();
}

std::int64_t Writer::written_bytes() const {
  return state_->database.written_bytes();
}

sqlite::Trouble Writer::trouble() const {
  return state_->trouble;
}

}  // namespace stedi::landing
