#include "lakehouse/consent/ledger_causes.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace stedi::lakehouse {

Result<Causes> Causes::open(sqlite::Database& reader, const std::string& schema) {
  auto find = TRY(reader.prepare(
      "SELECT source.kind, batch.payload_hash FROM " + schema + ".batch AS batch JOIN " + schema +
      ".source AS source ON source.source_id = batch.source_id " + "WHERE batch.batch_id = ?"));
  return Causes(std::move(find));
}

Result<Cause> Causes::of(const ConsentStatement& said) {
  if (said.batch_id != batch_id_) TRY(read_batch(said.batch_id));
  Cause cause{kind_, origin_};
  if (kind_ == "import" && said.line) cause.origin += ":" + std::to_string(*said.line);
  return cause;
}

Result<void> Causes::read_batch(std::int64_t batch_id) {
  const auto row = TRY(find_.one_row<std::string, std::int64_t>(batch_id));
  const auto [source, stored_hash] = row.value_or(std::tuple<std::string, std::int64_t>());
  batch_id_ = batch_id;
  kind_ = source == "device" ? "mqtt" : source.empty() ? "unknown" : source;
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(stored_hash));
  origin_ = kind_ == "import" ? std::string(digits.data()) : "batch " + std::to_string(batch_id);
  return {};
}

}  // namespace stedi::lakehouse
