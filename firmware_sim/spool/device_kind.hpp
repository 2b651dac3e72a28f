// What a device is, to the spool that holds its batches and to whoever plays it.
#pragma once

namespace stedi::firmware {

enum class DeviceKind { website, phone, trainer };

}  // namespace stedi::firmware
