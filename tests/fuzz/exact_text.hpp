// A copy of a text in an allocation of its own, so that AddressSanitizer sees a read past its padding.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>

#include "core/record/decode.hpp"

namespace stedi::fuzz {

class ExactText {
 public:
  // `after` fills the padding, over and over: its content is free.
  ExactText(std::string_view text, std::string_view after)
      : bytes_(new char[text.size() + decode_padding_bytes]), size_(text.size()) {
    std::copy(text.begin(), text.end(), bytes_.get());
    for (std::size_t i = 0; i < decode_padding_bytes; ++i) bytes_[size_ + i] = after[i % after.size()];
  }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

}  // namespace stedi::fuzz
