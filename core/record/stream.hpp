// The streams of records that devices, the website and operators send.
#pragma once

#include <array>

namespace stedi {

enum class Stream { customer, consent, pairing, accelerometer, step_trainer, gap };

// As they are counted, subscribed to and looked for.
inline constexpr std::array all_streams = {Stream::customer,      Stream::consent,      Stream::pairing,
                                           Stream::accelerometer, Stream::step_trainer, Stream::gap};

// What people say, and is said about them: a withdrawal may be among it.
inline constexpr std::array statement_streams = {Stream::customer, Stream::consent, Stream::pairing};

}  // namespace stedi
