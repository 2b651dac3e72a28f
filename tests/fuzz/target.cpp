#include "tests/fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  stedi::fuzz::check({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
