// Digests and random identities, by OpenSSL.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace stedi {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::string_view bytes);
Sha256 hmac_sha256(std::string_view key, std::string_view message);
std::string hex(std::string_view bytes);
std::string hex(const Sha256& digest);
// The first eight bytes, big-endian: a hash for a table's INTEGER column.
std::int64_t first_64_bits(const Sha256& digest);

// SHA-256 of bytes that come in pieces.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  void update(std::string_view bytes);
  Sha256 so_far() const;
  Sha256 finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// `bytes` bytes from the operating system's generator. Aborts when it has none.
std::string random_bytes(std::size_t bytes);
// A random 128-bit identity, 32 hexadecimal digits: device ids, boot ids, store ids.
std::string random_id();

}  // namespace stedi
