// What long work is at, for people who wait for it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace stedi::lakehouse {

// Told of each step as it begins or ends; nobody asked when it is empty.
using Progress = std::function<void(std::string_view step)>;

// One line on standard error that is written anew at each step and gone with the last copy; nothing at all
// when standard error is no terminal.
Progress terminal_progress(std::string work);

}  // namespace stedi::lakehouse
