// How a line travels in an envelope: an object exactly as it stands; anything else as a JSON string, so that
// it spoils no envelope and the gateway can quarantine it: nothing is lost in silence.
#pragma once

#include <string>
#include <string_view>

namespace stedi::firmware {

// Whether a line that no reader accepts is a sound JSON object all the same (a field missing, a key twice)
// and within the protocol's limits. How deep it is nested is for the caller to know.
bool is_embeddable(std::string_view line);

// The line as a JSON string literal; bytes that are no text stand there as \xNN.
std::string quoted_text(std::string_view line);

// What stands in the envelope.
std::string embedded_text(std::string_view line);

}  // namespace stedi::firmware
