#include "lakehouse/answers/export.hpp"
#include "core/file/inside.hpp"
#include "core/file/new_file.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/digest/digest.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/answers/staging.hpp"
#include "lakehouse/consent/ledger.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/runner/run.hpp"
#include "lakehouse/store/zones.hpp"

namespace stedi::lakehouse {

namespace {

constexpr std::string_view ml_table = "machine_learning_curated";

// Serials are personal: they lead to the person who carries the trainer.
bool is_personal(Profile profile, std::string_view table) {
  return profile != Profile::strict || table != ml_table;
}

Result<std::vector<std::string>> tables_of(const ExportRequest& request) {
  std::vector<std::string> tables;
  for (const std::string& table : request.tables) {
    if (std::ranges::find(tables, table) == tables.end()) tables.push_back(table);
  }
  if (tables.empty()) tables.emplace_back(ml_table);
  for (const std::string& table : tables) {
    if (std::ranges::find(zone_tables, table) == zone_tables.end()) {
      return usage_error("export: there is no table " + table +
                         " (customer_trusted, accelerometer_trusted, "
                         "customers_curated, step_trainer_trusted, machine_learning_curated)");
    }
    if (!request.include_personal && is_personal(request.profile, table)) {
      return usage_error("export: " + table + " of profile " + std::string(profile_name(request.profile)) +
                         " holds personal data: add --include-personal if it may leave the store");
    }
  }
  return tables;
}

std::string file_name(const std::string& table, Format format) {
  return table + (format == Format::csv ? ".csv" : ".ndjson");
}

Result<std::string> job_hash_of(sqlite::Database& zones, const std::string& table) {
  const auto hash =
      TRY(zones.one_row<std::string>("SELECT job_hash FROM catalog_table WHERE table_name = ?", table));
  return hash.value_or("");
}

// Personal data is for its owner's eyes, as the store is.
NewFile::Readers readers_of(Profile profile, std::string_view table) {
  return is_personal(profile, table) ? NewFile::Readers::owner : NewFile::Readers::everybody;
}

Result<ExportedTable> export_table(sqlite::Database& zones, const std::string& table,
                                   const ExportRequest& request, const std::filesystem::path& dir) {
  ExportedTable exported;
  exported.table = table;
  exported.file = file_name(table, request.format);
  exported.job_hash = TRY(job_hash_of(zones, table));
  auto statement = TRY(zones.prepare("SELECT * FROM main." + table));
  for (int i = 0; i < statement.column_count(); ++i) exported.columns.emplace_back(statement.column_name(i));
  auto file = TRY(NewFile::create(dir / exported.file, readers_of(request.profile, table)));
  Sha256Stream digest;
  const auto rows = TRY(write_rows(statement, request.format, [&](std::string_view bytes) {
    digest.update(bytes);
    return file.write(bytes);
  }));
  exported.rows = rows;
  exported.sha256 = hex(digest.finish());
  TRY(file.publish());
  return exported;
}

Result<void> write_manifest(const std::filesystem::path& dir, Profile profile, const std::string& store_uuid,
                            const LedgerHead& ledger, const std::vector<ExportedTable>& tables) {
  nlohmann::ordered_json manifest = {{"store_uuid", store_uuid},
                                     {"profile", profile_name(profile)},
                                     {"consent_ledger", {{"entries", ledger.entries}, {"head", ledger.seal}}},
                                     {"tables", nlohmann::ordered_json::array()}};
  for (const ExportedTable& table : tables) {
    manifest["tables"].push_back({{"table", table.table},
                                  {"file", table.file},
                                  {"columns", table.columns},
                                  {"rows", table.rows},
                                  {"sha256", table.sha256},
                                  {"job_hash", table.job_hash}});
  }
  auto file = TRY(NewFile::create(dir / manifest_name, NewFile::Readers::everybody));
  file.write(manifest.dump(2) + "\n");
  return file.publish();
}

Result<std::vector<ExportedTable>> write_snapshot(sqlite::Database& zones, const StoreFolder& store,
                                                  const std::vector<std::string>& tables,
                                                  const ExportRequest& request,
                                                  const std::filesystem::path& dir,
                                                  const Progress& progress) {
  TRY(zones.execute("BEGIN"));
  const auto cursor = TRY(read_zones_cursor(zones));
  const auto ledger = TRY(ledger_head(store));
  std::vector<ExportedTable> exported;
  for (const std::string& table : tables) {
    if (progress) progress(table);
    exported.push_back(TRY_IN(table, export_table(zones, table, request, dir)));
  }
  TRY(write_manifest(dir, request.profile, cursor.store_uuid, ledger, exported));
  return exported;
}

// Files that any export may have left here and this one does not write: nothing old stays beside the new
// manifest.
std::vector<std::string> obsolete_files(const std::vector<ExportedTable>& exported) {
  std::vector<std::string> obsolete;
  for (const std::string_view table : zone_tables) {
    for (const std::string_view extension : {".csv", ".ndjson", ".parquet"}) {
      const std::string name = std::string(table) + std::string(extension);
      const bool is_new =
          std::ranges::any_of(exported, [&](const ExportedTable& one) { return one.file == name; });
      if (!is_new) obsolete.push_back(name);
    }
  }
  return obsolete;
}

Result<std::vector<ExportedTable>> write_export(sqlite::Database& zones, const StoreFolder& store,
                                                const std::vector<std::string>& tables,
                                                const ExportRequest& request, const Progress& progress) {
  auto staging = TRY(Staging::open(request.out_dir));
  auto exported = TRY(write_snapshot(zones, store, tables, request, staging.dir(), progress));
  std::vector<std::string> files;
  for (const ExportedTable& table : exported) files.push_back(table.file);
  TRY(staging.publish(files, obsolete_files(exported)));
  return exported;
}

}  // namespace

Result<std::vector<ExportedTable>> export_tables(const StoreFolder& store, const ExportRequest& request,
                                                 const Clock& clock, const Progress& progress) {
  const auto tables = TRY(tables_of(request));
  if (is_inside(request.out_dir, store.dir) || is_inside(request.out_dir, store.keys_dir)) {
    return usage_error("export: " + request.out_dir.string() +
                       " is inside the store or its keys folder: choose another --out");
  }
  TRY(landing::open_landing_for_reading(store.dir));
  TRY(bring_consent_up_to_date(store, request.profile, clock));
  auto zones = TRY(open_zones_for_reading(store, request.profile));
  auto exported = write_export(zones, store, tables, request, progress);
  return exported ? exported : in_context("export", exported.error());
}

}  // namespace stedi::lakehouse
