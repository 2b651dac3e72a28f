// Lands seed-format files: what `stedi-lakehouse import` does.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/record/records.hpp"
#include "core/result.hpp"

namespace stedi::landing {

struct ImportFile {
  std::filesystem::path path;
  Stream stream;
  std::string called = {};  // what people know it by; empty: its path

  std::string name() const { return called.empty() ? path.string() : called; }
};

// What stands in a folder that is imported, and is not.
struct SkippedFile {
  std::filesystem::path path;
  std::string reason;
};

struct ImportedFile {
  ImportFile file;
  bool already_imported = false;         // same stream and content: nothing was landed
  std::int64_t bytes_landed_before = 0;  // of its content, by an import before: what follows them was landed
  std::int64_t landed = 0;               // records, by this call
  std::int64_t quarantined = 0;
  std::int64_t no_json = 0;  // of these: no JSON object, so that the file may be none of ours
};

// The files below `paths`, sorted by path within each argument: *.json, *.jsonl, *.ndjson in any letter case,
// also with .gz or .zst behind it, and part files as Spark and Glue name them; with a `stream`, whatever is
// there. Of which stream each one is wire::stream_of_seed_file() says. A file of no recognisable stream is a
// usage error, and so nothing is landed. What is left out of the folders is added to `skipped`.
Result<std::vector<ImportFile>> find_import_files(const std::vector<std::filesystem::path>& paths,
                                                  std::optional<Stream> stream = std::nullopt,
                                                  std::vector<SkippedFile>* skipped = nullptr);

// Bytes done and in all, over all files; called now and then.
using ImportProgress = std::function<void(std::int64_t bytes_done, std::int64_t bytes_total)>;

// A new store appears with so many records in it, rounded up to a transaction: a second's work at most is
// lost when its making is cut short.
inline constexpr std::int64_t max_records_in_new_store = 1'048'576;

// Lands the files in order, in transactions of a bounded number of records; a cut import goes on after its
// last one. What lands of a file is what its digest was made of: when it changes in between, the import
// fails, and the file is not marked as imported. Of one that was imported and then appended to, what is new
// lands.
Result<std::vector<ImportedFile>> import_files(const std::filesystem::path& store_dir,
                                               const std::vector<ImportFile>& files, const Clock& clock,
                                               const ImportProgress& progress,
                                               std::int64_t records_in_new_store = max_records_in_new_store);

}  // namespace stedi::landing
