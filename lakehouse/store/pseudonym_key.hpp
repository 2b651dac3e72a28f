// The key of the ML table's pseudonyms: KEYS/pseudonym.key, mode 0600, outside the store.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "lakehouse/store/store_folder.hpp"

namespace stedi::lakehouse {

class PseudonymKey {
 public:
  // Reads the key, or makes one when there is none and `known_fingerprint` is empty: zones that were made
  // with a key never get another one silently. A keys folder inside the store and a wrong key are usage
  // errors.
  static Result<PseudonymKey> load(const StoreFolder& store, std::string_view known_fingerprint);
  // The key that landing.db, or else the zones, know this store is used with; made and made known on first
  // use.
  static Result<PseudonymKey> of_store(const StoreFolder& store, std::string_view known_to_zones);

  // Tells keys apart without giving the key away.
  std::string fingerprint() const;
  // 32 hexadecimal digits: the first 128 bits of HMAC-SHA256(key, email identity).
  std::string pseudonym(std::string_view email) const;

 private:
  explicit PseudonymKey(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

}  // namespace stedi::lakehouse
