// Promises broken on purpose, so that the simulation can show that it would notice. The product's code is not
// touched: each is done by what stands around it.
#pragma once

namespace stedi::simulation {

enum class Mutation {
  none,
  ack_before_commit,  // the gateway acknowledges what it has only received
  delete_before_ack,  // the device takes the broker's confirmation for the gateway's
  forget_watermarks,  // the gateway starts without knowing what has landed
  gateway_disk_lies,  // its syncs do nothing
  device_disk_lies,   // likewise
  swap_unseen,        // the gateway goes on acknowledging when its store has been swapped below it
  batch_altered,      // a batch lands with other bytes than were accepted
};

}  // namespace stedi::simulation
