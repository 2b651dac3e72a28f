// The keys of a store: 32 random bytes each in KEYS/<name>.key, mode 0600, made on first use, outside the
// store.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "lakehouse/store/store_folder.hpp"

namespace stedi::lakehouse {

struct KeyKind {
  std::string_view name;       // "pseudonym": the file's name without .key
  std::string_view made_with;  // what another key would spoil, as in "the ML table"
};

inline constexpr KeyKind pseudonym_key_kind{"pseudonym", "the ML table"};
inline constexpr KeyKind ledger_key_kind{"ledger", "the consent ledger"};

// Tells keys of one kind apart without giving them away: 32 hexadecimal digits.
std::string key_fingerprint(const KeyKind& kind, std::string_view key);

// Reads a key, or makes one when there is none and `known_fingerprint` is empty. A keys folder inside the
// store, a lost key and a wrong key are usage errors.
Result<std::string> load_key(const StoreFolder& store, const KeyKind& kind,
                             std::string_view known_fingerprint);

// The key that landing.db knows this store is used with; on first use it is made and made known. The store
// must exist. `known_elsewhere` counts where landing.db knows none yet.
Result<std::string> key_of_store(const StoreFolder& store, const KeyKind& kind,
                                 std::string_view known_elsewhere);

// Replaces KEYS/<file_name> by `text` at once, mode 0600, on disk when this returns.
Result<void> write_beside_keys(const StoreFolder& store, const std::string& file_name, std::string_view text);

}  // namespace stedi::lakehouse
