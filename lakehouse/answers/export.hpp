// Tables as files for other tools: what `stedi-lakehouse export` does.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "lakehouse/answers/row_writer.hpp"
#include "lakehouse/store/progress.hpp"
#include "lakehouse/store/store_folder.hpp"
#include "lakehouse/tables/profile.hpp"

namespace stedi::lakehouse {

struct ExportRequest {
  Profile profile = Profile::strict;
  std::vector<std::string> tables = {};  // empty: the ML table alone
  std::filesystem::path out_dir = {};
  Format format = Format::csv;    // csv or ndjson
  bool include_personal = false;  // tables with names, emails or serials may leave the store
};

struct ExportedTable {
  std::string table;
  std::string file;  // in out_dir
  std::vector<std::string> columns;
  std::int64_t rows = 0;
  std::string sha256;    // of the file
  std::string job_hash;  // of the job that made the table
};

// All tables of one snapshot, all or nothing: a failure leaves an earlier export in the folder as it was.
// Consent that has landed is applied first. manifest.json comes last, names the files, and holds the consent
// ledger's length and head. Files of an earlier export that this one does not write go. A folder in the store
// is a usage error.
Result<std::vector<ExportedTable>> export_tables(const StoreFolder& store, const ExportRequest& request,
                                                 const Clock& clock, const Progress& progress = {});

}  // namespace stedi::lakehouse
