#include "lakehouse/answers/expectation.hpp"

#include <algorithm>
#include <limits>

#include "core/config/config_table.hpp"
#include "core/record/sensor_table.hpp"
#include "lakehouse/tables/profile.hpp"

namespace stedi::lakehouse {

Result<Expectation> Expectation::load(const std::filesystem::path& file) {
  std::vector<std::string_view> landing = {"customer", "consent", "pairing"};
  for (const SensorTable& readings : sensor_tables()) landing.push_back(readings.name);
  landing.emplace_back("quarantined");
  auto root = TRY(ConfigTable::load(file));
  Expectation expectation;
  const auto read = [&](std::string_view zone, auto tables) {
    ConfigTable section = root.table(zone);
    for (const std::string_view table : tables) {
      if (!section.has(table)) continue;
      expectation.rows_[std::string(zone) + "." + std::string(table)] =
          section.integer(table, 0, 0, std::numeric_limits<std::int64_t>::max());
    }
  };
  read("landing", landing);
  for (const Profile profile : all_profiles) read(profile_name(profile), zone_tables);
  TRY(root.finish());
  return expectation;
}

bool Expectation::names(std::string_view zone) const {
  const std::string prefix = std::string(zone) + ".";
  return std::ranges::any_of(rows_, [&](const auto& entry) { return entry.first.starts_with(prefix); });
}

std::optional<std::int64_t> Expectation::rows(std::string_view zone, std::string_view table) const {
  const auto found = rows_.find(std::string(zone) + "." + std::string(table));
  return found == rows_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace stedi::lakehouse
