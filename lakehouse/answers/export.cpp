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
  auto query = zones.prepare("SELECT job_hash FROM catalog_table WHERE table_name = ?");
  if (!query) return Failure(query.error());
  query->bind(1, table);
  const auto row = query->step();
  if (!row) return Failure(row.error());
  return *row ? std::string(query->text(0)) : std::string();
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
  auto hash = job_hash_of(zones, table);
  if (!hash) return Failure(hash.error());
  exported.job_hash = *std::move(hash);
  auto statement = zones.prepare("SELECT * FROM main." + table);
  if (!statement) return Failure(statement.error());
  for (int i = 0; i < statement->column_count(); ++i)
    exported.columns.emplace_back(statement->column_name(i));
  auto file = NewFile::create(dir / exported.file, readers_of(request.profile, table));
  if (!file) return Failure(file.error());
  Sha256Stream digest;
  const auto rows = write_rows(*statement, request.format, [&](std::string_view bytes) {
    digest.update(bytes);
    return file->write(bytes);
  });
  if (!rows) return Failure(rows.error());
  exported.rows = *rows;
  exported.sha256 = hex(digest.finish());
  if (auto published = file->publish(); !published) return Failure(published.error());
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
  auto file = NewFile::create(dir / manifest_name, NewFile::Readers::everybody);
  if (!file) return Failure(file.error());
  file->write(manifest.dump(2) + "\n");
  return file->publish();
}

Result<std::vector<ExportedTable>> write_snapshot(sqlite::Database& zones, const StoreFolder& store,
                                                  const std::vector<std::string>& tables,
                                                  const ExportRequest& request,
                                                  const std::filesystem::path& dir,
                                                  const Progress& progress) {
  if (auto begun = zones.execute("BEGIN"); !begun) return Failure(begun.error());
  const auto cursor = read_zones_cursor(zones);
  if (!cursor) return Failure(cursor.error());
  const auto ledger = ledger_head(store);
  if (!ledger) return Failure(ledger.error());
  std::vector<ExportedTable> exported;
  for (const std::string& table : tables) {
    if (progress) progress(table);
    auto one = export_table(zones, table, request, dir);
    if (!one) return in_context(table, one.error());
    exported.push_back(*std::move(one));
  }
  const auto written = write_manifest(dir, request.profile, cursor->store_uuid, *ledger, exported);
  if (!written) return Failure(written.error());
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
  auto staging = Staging::open(request.out_dir);
  if (!staging) return Failure(staging.error());
  auto exported = write_snapshot(zones, store, tables, request, staging->dir(), progress);
  if (!exported) return exported;
  std::vector<std::string> files;
  for (const ExportedTable& table : *exported) files.push_back(table.file);
  if (auto published = staging->publish(files, obsolete_files(*exported)); !published)
    return Failure(published.error());
  return exported;
}

}  // namespace

Result<std::vector<ExportedTable>> export_tables(const StoreFolder& store, const ExportRequest& request,
                                                 const Clock& clock, const Progress& progress) {
  const auto tables = tables_of(request);
  if (!tables) return Failure(tables.error());
  if (is_inside(request.out_dir, store.dir) || is_inside(request.out_dir, store.keys_dir)) {
    return usage_error("export: " + request.out_dir.string() +
                       " lies in the store or among its keys: choose another --out");
  }
  if (auto landing = landing::open_landing_for_reading(store.dir); !landing) return Failure(landing.error());
  if (auto current = bring_consent_up_to_date(store, request.profile, clock); !current) {
    return Failure(current.error());
  }
  auto zones = open_zones_for_reading(store, request.profile);
  if (!zones) return Failure(zones.error());
  auto exported = write_export(*zones, store, *tables, request, progress);
  return exported ? exported : in_context("export", exported.error());
}

}  // namespace stedi::lakehouse
