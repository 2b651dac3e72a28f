#include "core/digest/digest.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <cstdlib>

namespace stedi {

struct Sha256Stream::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
  if (EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) != 1) std::abort();
}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::update(std::string_view bytes) {
  if (EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) != 1) std::abort();
}

Sha256 Sha256Stream::so_far() const {
  Sha256Stream copy;
  if (EVP_MD_CTX_copy_ex(copy.state_->context, state_->context) != 1) std::abort();
  return copy.finish();
}

Sha256 Sha256Stream::finish() {
  Sha256 digest{};
  if (EVP_DigestFinal_ex(state_->context, digest.data(), nullptr) != 1) std::abort();
  return digest;
}

Sha256 sha256(std::string_view bytes) {
  // Looked up once: EVP_sha256() would be looked up among the library's providers at each call.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  Sha256 digest{};
  if (algorithm == nullptr ||
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, algorithm, nullptr) != 1)
    std::abort();
  return digest;
}

namespace {

// Made ready for one key: a chain of seals asks for the same one thousands of times, and finding the
// algorithm among the library's providers takes longer than the hash.
class Hmac {
 public:
  Hmac() : algorithm_(EVP_MAC_fetch(nullptr, "HMAC", nullptr)), context_(EVP_MAC_CTX_new(algorithm_)) {
    if (context_ == nullptr) std::abort();
  }
  ~Hmac() {
    EVP_MAC_CTX_free(context_);
    EVP_MAC_free(algorithm_);
  }
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;

  Sha256 operator()(std::string_view key, std::string_view message) {
    Sha256 digest{};
    std::size_t length = 0;
    const auto* text = reinterpret_cast<const unsigned char*>(message.data());
    if (!begin(key) || EVP_MAC_update(context_, text, message.size()) != 1 ||
        EVP_MAC_final(context_, digest.data(), &length, digest.size()) != 1) {
      std::abort();
    }
    return digest;
  }

 private:
  bool begin(std::string_view key) {
    if (is_ready_ && key == key_) return EVP_MAC_init(context_, nullptr, 0, nullptr) == 1;
    std::string name = "SHA256";
    const OSSL_PARAM settings[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), name.size()),
        OSSL_PARAM_construct_end()};
    key_ = key;
    // An empty key is a key too: a null pointer would mean the one before.
    const auto* bytes = reinterpret_cast<const unsigned char*>(key.empty() ? "" : key.data());
    is_ready_ = EVP_MAC_init(context_, bytes, key.size(), settings) == 1;
    return is_ready_;
  }

  EVP_MAC* algorithm_;
  EVP_MAC_CTX* context_;
  std::string key_;
  bool is_ready_ = false;
};

}  // namespace

Sha256 hmac_sha256(std::string_view key, std::string_view message) {
  thread_local Hmac hmac;
  return hmac(key, message);
}

std::string hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string hex(const Sha256& digest) {
  return hex(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

std::int64_t first_64_bits(const Sha256& digest) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | digest[i];
  return static_cast<std::int64_t>(value);
}

std::string random_bytes(std::size_t bytes) {
  std::string out(bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(bytes)) != 1) std::abort();
  return out;
}

std::string random_id() {
  return hex(random_bytes(16));
}

}  // namespace stedi
