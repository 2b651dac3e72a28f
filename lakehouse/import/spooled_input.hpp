// What can be read only once, kept so that import can read it twice: in the store's folder, under no name,
// and gone with the process.
#pragma once

#include <filesystem>

#include "core/result.hpp"

namespace stedi::landing {

class SpooledInput {
 public:
  // All that `descriptor` gives; the store's folder is made when it is absent.
  static Result<SpooledInput> of(int descriptor, const std::filesystem::path& store_dir);
  SpooledInput(SpooledInput&& other) noexcept;
  SpooledInput& operator=(SpooledInput&&) = delete;
  ~SpooledInput();

  // As long as this lives.
  std::filesystem::path path() const;

 private:
  explicit SpooledInput(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace stedi::landing
