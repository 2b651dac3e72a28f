// Boot, device and store ids of a schedule are those of its seed: this definition stands before the one of
// the OpenSSL library, which core/digest calls.
#include <openssl/rand.h>

#include "tests/simulation/random.hpp"

namespace {
std::mt19937_64& ids() {
  static std::mt19937_64 engine;
  return engine;
}
}  // namespace

void stedi::simulation::seed_random_ids(std::uint64_t seed) {
  ids().seed(seed);
}

extern "C" int RAND_bytes(unsigned char* bytes, int count) {
  for (int i = 0; i < count; ++i) bytes[i] = static_cast<unsigned char>(ids()());
  return 1;
}
