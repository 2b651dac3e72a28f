// How long readings, and what refused records held, are kept: rows that are older leave the landing zone and
// with the next run the tables, and are counted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "lakehouse/store/store_folder.hpp"

namespace stedi::lakehouse {

// Days after the receipt; nullopt: for ever.
struct Retention {
  std::optional<std::int64_t> landing_days = std::nullopt;  // every reading
  std::optional<std::int64_t> unconsented_days =
      std::nullopt;  // readings that `strict` leaves out for want of consent or owner
  std::optional<std::int64_t> payload_days = std::nullopt;  // what refused records held, in the quarantine
  bool is_on() const { return landing_days || unconsented_days || payload_days; }
};

inline constexpr std::int64_t max_retention_days = 36'500;
inline constexpr const char* settings_name = "lakehouse.toml";  // in the store, unless --config names another

// Tables of a settings file: [retention] landing_days, unconsented_days; [quarantine] payload_days, where 0
// is for ever, as in gateway.toml. Without `file`, of STORE/lakehouse.toml; when that is absent nothing
// expires. A wrong file is a usage error.
Result<Retention> load_retention(const StoreFolder& store, const std::optional<std::filesystem::path>& file);

// Cells that removed_cell names at most, whether or not every profile has taken them in: a profile that is
// further behind is made anew in full.
inline constexpr std::int64_t max_removals_kept = 1'000'000;

struct Expired {
  std::map<std::string, std::int64_t, std::less<>> by_stream;  // readings
  std::int64_t payloads = 0;

  std::int64_t of(std::string_view stream) const {
    const auto found = by_stream.find(stream);
    return found == by_stream.end() ? 0 : found->second;
  }
  std::int64_t readings() const {
    std::int64_t all = 0;
    for (const auto& [stream, count] : by_stream) all += count;
    return all;
  }
};

// Where tests reach into it.
struct RetentionSeams {
  // Rows looked at, and names forgotten, in one transaction: a gateway's commit waits for no more than that.
  std::int64_t window_rows = 20'000;
  std::int64_t removals_kept = max_removals_kept;
  std::function<void()> names_searched;  // between the search for names that may go and the lock
};

// Deletes what has expired, in transactions of a bounded number of rows; each says in removed_cell which
// cells of the zones it touched, and adds to the counts of `expired`. Customer, consent and pairing records
// never expire: without them a withdrawal would be forgotten. Emails and serials of which nothing is left go
// too. Refused records lose their payload, and keep row and reason. Cut short, it goes on at the next call.
Result<Expired> expire(const StoreFolder& store, const Retention& retention, const Clock& clock,
                       const RetentionSeams& seams = {});

}  // namespace stedi::lakehouse
