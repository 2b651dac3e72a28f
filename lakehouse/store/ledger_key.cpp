#include "lakehouse/store/ledger_key.hpp"

#include "core/digest/digest.hpp"
#include "lakehouse/store/key_file.hpp"

namespace stedi::lakehouse {

namespace {

constexpr std::size_t subject_digits = 32;

}  // namespace

Result<LedgerKey> LedgerKey::of_store(const StoreFolder& store) {
  auto bytes = TRY(key_of_store(store, ledger_key_kind, ""));
  return LedgerKey(std::move(bytes));
}

// The first word keeps the two uses of one key apart: no email can pass for an entry.
std::string LedgerKey::subject(std::string_view email) const {
  return hex(hmac_sha256(bytes_, "subject " + std::string(email))).substr(0, subject_digits);
}

std::string LedgerKey::seal(std::string_view seal_before, std::string_view entry) const {
  return hex(hmac_sha256(bytes_, "entry " + std::string(seal_before) + " " + std::string(entry)));
}

}  // namespace stedi::lakehouse
