#include "core/config/config_table.hpp"
#include "lakehouse/landing/expire_payloads.hpp"
#include "lakehouse/runner/retention.hpp"

namespace stedi::lakehouse {

Result<Retention> load_retention(const StoreFolder& store, const std::optional<std::filesystem::path>& file) {
  std::error_code error;
  const auto path = file.value_or(store.dir / settings_name);
  if (!file && !std::filesystem::exists(path, error)) return Retention{};
  auto root = TRY(ConfigTable::load(path));
  const auto days = [](ConfigTable& table, std::string_view key) -> std::optional<std::int64_t> {
    if (!table.has(key)) return std::nullopt;
    return table.integer(key, 1, 1, max_retention_days);
  };
  ConfigTable readings = root.table("retention");
  Retention retention{days(readings, "landing_days"), days(readings, "unconsented_days")};
  ConfigTable quarantine = root.table("quarantine");
  const std::int64_t payload_days = quarantine.integer("payload_days", 0, 0, landing::max_payload_days);
  if (payload_days > 0) retention.payload_days = payload_days;
  TRY(root.finish());
  return retention;
}

}  // namespace stedi::lakehouse
