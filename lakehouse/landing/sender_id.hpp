// How a device's and a boot's id stand in the store.
#pragma once

#include <string>
#include <string_view>

namespace stedi::landing {

// An id as the protocol makes it, 32 lower-case hexadecimal digits, stands as it is. Any other id is its
// sender's own word and may be somebody's name or email: it stands as `~` and the first 128 bits of its
// SHA-256, which names it just as well. Such a digest stays as it is.
std::string stored_sender_id(std::string_view id);

}  // namespace stedi::landing
