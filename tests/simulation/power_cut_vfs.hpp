// SQLite's way to the disks of power_cut_disk.hpp: the default VFS of this program from the first disk on.
// Files that lie on none of them go through it untouched.
#pragma once

#include <string>

namespace stedi::simulation {

class PowerCutDisk;

// `folder` ends with a slash.
void attach_disk(const std::string& folder, PowerCutDisk& disk);
void detach_disk(const std::string& folder);

}  // namespace stedi::simulation
