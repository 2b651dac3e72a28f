// The streams of records that devices, the website and operators send.
#pragma once

namespace stedi {

// In the order in which they are listed, counted and subscribed to.
enum class Stream { customer, consent, pairing, accelerometer, step_trainer, gap };

}  // namespace stedi
