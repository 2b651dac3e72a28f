#include "lakehouse/store/pseudonym_key.hpp"

#include "core/digest/digest.hpp"
#include "lakehouse/store/key_file.hpp"

namespace stedi::lakehouse {

namespace {

constexpr std::size_t pseudonym_digits = 32;

}  // namespace

Result<PseudonymKey> PseudonymKey::load(const StoreFolder& store, std::string_view known_fingerprint) {
  auto bytes = TRY(load_key(store, pseudonym_key_kind, known_fingerprint));
  return PseudonymKey(std::move(bytes));
}

Result<PseudonymKey> PseudonymKey::of_store(const StoreFolder& store, std::string_view known_to_zones) {
  auto bytes = TRY(key_of_store(store, pseudonym_key_kind, known_to_zones));
  return PseudonymKey(std::move(bytes));
}

std::string PseudonymKey::fingerprint() const {
  return key_fingerprint(pseudonym_key_kind, bytes_);
}

std::string PseudonymKey::pseudonym(std::string_view email) const {
  return hex(hmac_sha256(bytes_, email)).substr(0, pseudonym_digits);
}

}  // namespace stedi::lakehouse
