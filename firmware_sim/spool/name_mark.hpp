// How a spool knows a device again without its name, which may be a person's email or a serial.
#pragma once

#include <string>
#include <string_view>

#include "core/digest/digest.hpp"

namespace stedi::firmware {

// Keyed by two things, neither enough by itself. The secret is random and stands in the spool: the same name
// has another mark in another spool. The name key comes with the data set that is played and is in no spool:
// without the data set nobody who has the file can test whether somebody is in it. An empty one leaves that
// test open: for invented people alone. Both belong to the spool's form: other keys, and it knows nobody.
class NameMarks {
 public:
  NameMarks(std::string_view secret, std::string_view name_key)
      : key_(std::string(secret) + ':' + std::string(name_key)) {}
  // `name_digest`: the SHA-256 of the device's kind and name, in hexadecimal digits.
  std::string of(std::string_view name_digest) const { return hex(hmac_sha256(key_, name_digest)); }

 private:
  std::string key_;
};

}  // namespace stedi::firmware
