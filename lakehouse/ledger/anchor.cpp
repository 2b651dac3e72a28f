#include "lakehouse/ledger/anchor.hpp"

#include <cerrno>
#include <fstream>
#include <sstream>

#include "core/file/lock_file.hpp"
#include "lakehouse/keys/key_file.hpp"

namespace stedi::lakehouse {

namespace {

std::string file_name(const std::string& store_uuid) {
  return "ledger-" + store_uuid + ".anchor";
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

}  // namespace stedi::lakehouse
