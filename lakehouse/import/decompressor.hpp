// gzip and zstd, told by their first bytes; several members or frames after each other are one text.
#pragma once

#include <memory>
#include <string_view>

#include "core/result.hpp"

namespace stedi::landing {

class Decompressor {
 public:
  // Of a file that begins so; null: it is not compressed.
  static std::unique_ptr<Decompressor> of(std::string_view first_bytes);
  static constexpr std::size_t telling_bytes = 4;

  virtual ~Decompressor() = default;
  // How many bytes it has taken from `packed`, and written to `into`; none of either: it needs more.
  struct Progress {
    std::size_t taken = 0;
    std::size_t written = 0;
  };
  virtual Result<Progress> go_on(std::string_view packed, char* into, std::size_t room) = 0;
  // No member or frame is open.
  virtual bool may_end() const = 0;
};

}  // namespace stedi::landing
