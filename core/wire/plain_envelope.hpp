// Envelopes of readings spelled to the byte as seal_envelope() and encode() spell them, which is how devices
// send nearly all of them: decoded in one pass, without looking first for where each record ends.
#pragma once

#include <string_view>

#include "core/wire/envelope.hpp"

namespace stedi::wire {

// True: `text` is such an envelope within every limit, and `payload`, empty before, has its name and its
// readings, as PayloadDecoder would have them. False: it may be an envelope all the same; `payload` is then
// unspecified.
bool decode_plain_envelope(Stream stream, std::string_view text, Payload& payload);

}  // namespace stedi::wire
