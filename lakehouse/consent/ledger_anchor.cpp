#include "lakehouse/consent/ledger_anchor.hpp"

#include <cerrno>
#include <fstream>
#include <sstream>

#include "core/file/lock_file.hpp"
#include "lakehouse/store/key_file.hpp"

namespace stedi::lakehouse {

namespace {

std::string file_name(const std::string& store_uuid) {
  return "ledger-" + store_uuid + ".anchor";
}

// Of the anchors those that the chain does not contain: they are evidence. That they are gone is evidence,
// too; but a first run that was cut short before its anchor has lost nothing.
Result<std::vector<LedgerHead>> evidence(sqlite::Database& ledger, const LedgerHead& before,
                                         const std::vector<LedgerHead>& anchors) {
  std::vector<LedgerHead> kept;
  if (anchors.empty()) {
    const auto anchored = TRY(was_anchored(ledger));
    if (anchored) kept.push_back({before.entries, std::string(lost_anchor)});
  }
  auto find = TRY(ledger.prepare("SELECT seal FROM consent_ledger WHERE entry = ?"));
  for (const LedgerHead& one : anchors) {
    const auto seal = TRY(find.one_row<std::string>(one.entries));
    if (seal != one.seal) kept.push_back(one);
  }
  return kept;
}

}  // namespace

std::filesystem::path anchor_file(const StoreFolder& store, const std::string& store_uuid) {
  return store.keys_dir / file_name(store_uuid);
}

Result<std::vector<LedgerHead>> read_anchors(const StoreFolder& store, const std::string& store_uuid) {
  const auto file = anchor_file(store, store_uuid);
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return std::vector<LedgerHead>();
  std::ifstream in(file);
  if (!in) return usage_error(cannot_open(file, errno));
  std::vector<LedgerHead> anchors;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    LedgerHead head;
    if (!(words >> head.entries >> head.seal)) {
      return fail(file.string() + " is damaged: restore it from your backup");
    }
    anchors.push_back(head);
  }
  return anchors;
}

Result<void> write_anchors(const StoreFolder& store, const std::string& store_uuid,
                           const std::vector<LedgerHead>& anchors) {
  std::string text;
  for (const LedgerHead& head : anchors) text += std::to_string(head.entries) + " " + head.seal + "\n";
  return write_beside_keys(store, file_name(store_uuid), text);
}

Result<bool> was_anchored(sqlite::Database& ledger) {
  const auto marks = TRY(ledger.integer("SELECT COUNT(*) FROM meta WHERE name = 'anchored'"));
  return marks > 0;
}

Result<void> anchor(const StoreFolder& store, const std::string& store_uuid, sqlite::Database& ledger,
                    const LedgerHead& before, const LedgerHead& head) {
  const auto anchors = TRY(read_anchors(store, store_uuid));
  if (head.entries == 0 || (anchors.size() == 1 && anchors.front() == head)) return {};
  auto kept = TRY(evidence(ledger, before, anchors));
  kept.push_back(head);
  if (kept == anchors) return {};
  TRY(write_anchors(store, store_uuid, kept));
  const auto known = TRY(was_anchored(ledger));
  return known ? Result<void>() : ledger.execute("INSERT INTO meta VALUES ('anchored', '1')");
}

}  // namespace stedi::lakehouse
