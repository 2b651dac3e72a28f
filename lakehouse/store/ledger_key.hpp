// The key of the consent ledger: KEYS/ledger.key, mode 0600, outside the store, never rotated.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "lakehouse/store/store_folder.hpp"

namespace stedi::lakehouse {

class LedgerKey {
 public:
  // The key that landing.db knows this store is used with; made and made known on first use. A lost or wrong
  // key is a usage error.
  static Result<LedgerKey> of_store(const StoreFolder& store);

  // 32 hexadecimal digits: who an entry is about, by email identity. Not the pseudonym of the ML table:
  // nobody can join the two without both keys.
  std::string subject(std::string_view email) const;
  // 64 hexadecimal digits: the seal of an entry, which covers the seal before it and so the whole chain.
  std::string seal(std::string_view seal_before, std::string_view entry) const;

 private:
  explicit LedgerKey(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

}  // namespace stedi::lakehouse
