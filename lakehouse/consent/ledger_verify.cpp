#include "lakehouse/consent/ledger_verify.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/sqlite/database.hpp"
#include "lakehouse/consent/ledger.hpp"
#include "lakehouse/consent/sealed_text.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/store/ledger_key.hpp"
#include "lakehouse/store/store_files.hpp"

namespace stedi::lakehouse {

namespace {

std::string entry_name(std::int64_t entry) {
  return "entry " + std::to_string(entry);
}

// A chain being read, entry by entry.
struct Chain {
  std::string store_uuid;
  LedgerHead head;
  std::vector<LedgerHead> anchors;
  std::vector<std::int64_t> records;  // statement_id of the entries, in their order
  std::vector<std::int64_t> events;
  std::optional<LedgerFinding> finding;

  void found(std::int64_t entry, const std::string& what) {
    if (!finding || entry < finding->entry) finding = {entry, entry_name(entry) + " " + what};
  }
};

void check_entry(const sqlite::Statement& row, const LedgerKey& key, Chain& chain) {
  const std::int64_t expected = chain.head.entries + 1;
  if (row.integer(0) != expected) return chain.found(expected, "is missing");
  const std::string& before = chain.head.entries == 0 ? chain.store_uuid : chain.head.seal;
  const std::string seal = key.seal(before, sealed_text_of(row));
  if (row.text(sealed_column_count) != seal) {
    return chain.found(expected, "was changed, or an entry before it was removed");
  }
  chain.head = {expected, seal};
  (row.text(4) == "customer" ? chain.records : chain.events).push_back(row.integer(5));
  for (const LedgerHead& anchor : chain.anchors) {
    if (anchor.entries == expected && anchor.seal != seal && anchor.seal != lost_anchor) {
      chain.found(expected,
                  "is not the one that was anchored: the ledger was rewritten or cut short before it");
    }
  }
}

void check_entries(sqlite::Database& ledger, const LedgerKey& key, Chain& chain) {
  auto rows =
      ledger.prepare("SELECT " + std::string(sealed_columns) + ", seal FROM consent_ledger ORDER BY entry");
  if (!rows) return chain.found(1, "cannot be read (" + rows.error().message + ")");
  while (!chain.finding) {
    const auto row = rows->step();
    if (!row) return chain.found(chain.head.entries + 1, "cannot be read (" + row.error().message + ")");
    if (!*row) break;
    check_entry(*rows, key, chain);
  }
}

void check_reaches_anchors(Chain& chain) {
  for (const LedgerHead& anchor : chain.anchors) {
    if (chain.finding || anchor.entries <= chain.head.entries) continue;
    chain.found(chain.head.entries + 1,
                "is missing: " + std::to_string(anchor.entries) + " entries were anchored");
  }
}

// Without an anchor nothing says where the chain has to end.
Result<void> check_is_anchored(const StoreFolder& store, sqlite::Database& ledger, Chain& chain) {
  const auto anchors = TRY(read_anchors(store, chain.store_uuid));
  const std::string file = anchor_file(store, chain.store_uuid).string();
  const std::string look = "compare with --manifest of the latest export";
  for (const LedgerHead& one : anchors) {
    if (one.seal != lost_anchor) continue;
    chain.found(one.entries + 1,
                "may replace entries that were cut off: the anchor was missing when the ledger continued; " +
                    look + ", then remove the line \"lost\" from " + file);
  }
  if (chain.head.entries == 0 || !anchors.empty()) return {};
  const auto anchored = TRY(was_anchored(ledger));
  chain.found(chain.head.entries + 1, "may have been cut off: " + file + " is missing; " +
                                          (anchored ? "restore it from your backup of the keys, or " + look
                                                    : "the first run stopped before it was written, and the "
                                                      "next `stedi-lakehouse run` writes it"));
  return {};
}

// Statements that landed up to `last`, and have no entry.
Result<std::int64_t> without_entry(sqlite::Database& landing, const std::string& from,
                                   std::vector<std::int64_t>& entries, std::int64_t last) {
  std::ranges::sort(entries);
  std::int64_t missing = 0;
  auto rows = TRY(landing.prepare("SELECT ingest_id FROM " + from + " AND ingest_id <= ?", last));
  TRY(rows.each_row(
      [&](std::int64_t ingest_id) { missing += std::ranges::binary_search(entries, ingest_id) ? 0 : 1; }));
  return missing;
}

Result<void> check_is_complete(sqlite::Database& landing, sqlite::Database& ledger, Chain& chain) {
  const auto read_up_to = [&](const std::string& table) {
    return ledger.integer("SELECT COALESCE(MAX(ingest_id), 0) FROM read_up_to WHERE landing_table = '" +
                          table + "'");
  };
  const auto customer = read_up_to("customer");
  const auto consent = read_up_to("consent");
  if (!customer || !consent) {
    chain.found(chain.head.entries + 1, "is missing: the ledger does not say how far it has read");
    return {};
  }
  const auto records = TRY(without_entry(landing, "customer WHERE 1", chain.records, *customer));
  const auto events =
      TRY(without_entry(landing, "consent WHERE purpose = 'research'", chain.events, *consent));
  if (const std::int64_t missing = records + events; missing > 0) {
    chain.found(chain.head.entries + 1,
                "is missing: " + std::to_string(missing) + " statements that landed have no entry");
  }
  return {};
}

Result<LedgerHead> anchor_in(const std::filesystem::path& manifest, const std::string& store_uuid) {
  std::ifstream in(manifest);
  const auto document = nlohmann::json::parse(in, nullptr, false);
  const auto text_of = [](const nlohmann::json& object, const char* name) {
    return object.is_object() ? object.value(name, nlohmann::json()) : nlohmann::json();
  };
  const auto anchor = text_of(document, "consent_ledger");
  const auto entries = text_of(anchor, "entries");
  const auto seal = text_of(anchor, "head");
  if (!entries.is_number_integer() || !seal.is_string()) {
    return usage_error(manifest.string() + " is not an export manifest with the ledger's length and head");
  }
  if (text_of(document, "store_uuid") != store_uuid) {
    return usage_error(manifest.string() + " is an export manifest of another store");
  }
  return LedgerHead{entries.get<std::int64_t>(), seal.get<std::string>()};
}

Result<void> check_chain(const StoreFolder& store, sqlite::Database& landing, Chain& chain) {
  std::error_code error;
  if (!std::filesystem::exists(ledger_file(store), error)) {
    check_reaches_anchors(chain);
    return {};
  }
  auto ledger = TRY(sqlite::Database::open(ledger_file(store), sqlite::Access::read_only));
  const auto entries = ledger.integer("SELECT COUNT(*) FROM consent_ledger");
  if (entries && *entries == 0) {
    check_reaches_anchors(chain);
    return chain.finding ? Result<void>() : check_is_complete(landing, ledger, chain);
  }
  const auto key = TRY(LedgerKey::of_store(store));
  check_entries(ledger, key, chain);
  check_reaches_anchors(chain);
  if (chain.finding) return {};
  TRY(check_is_anchored(store, ledger, chain));
  return chain.finding ? Result<void>() : check_is_complete(landing, ledger, chain);
}

}  // namespace

Result<LedgerVerification> verify_ledger(const StoreFolder& store,
                                         const std::vector<std::filesystem::path>& manifests) {
  auto landing = TRY(landing::open_landing_for_reading(store.dir));
  Chain chain;
  chain.store_uuid = TRY_IN("landing.db", landing.text("SELECT store_uuid FROM store"));
  chain.anchors = TRY(read_anchors(store, chain.store_uuid));
  for (const auto& manifest : manifests) {
    chain.anchors.push_back(TRY(anchor_in(manifest, chain.store_uuid)));
  }
  TRY_IN("consent ledger", check_chain(store, landing, chain));
  return LedgerVerification{chain.head, chain.finding};
}

}  // namespace stedi::lakehouse
