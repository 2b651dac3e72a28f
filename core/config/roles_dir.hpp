// The folder in which a replay on this machine names its website device, and in which the gateway looks for
// it.
#pragma once

#include <filesystem>

namespace stedi {

// $STEDI_ROLES_DIR, else $XDG_STATE_HOME/stedi-edge/roles.d, else ~/.local/state/stedi-edge/roles.d; the home
// is the account's own when HOME is not set. Empty variables count as not set. Not created here.
std::filesystem::path default_roles_dir();

}  // namespace stedi
