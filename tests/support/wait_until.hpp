// The only place where tests in C++ nap; those that break whole systems (tests/fault) nap in theirs.
#pragma once

#include <chrono>
#include <functional>

namespace stedi::test {

// Generous: reached only when something is broken. The sanitizers slow programs down by up to ten times.
inline constexpr std::chrono::seconds default_deadline{60};

// Polls `condition` until it holds (true) or `deadline` has passed (false).
bool wait_until(const std::function<bool()>& condition,
                std::chrono::milliseconds deadline = default_deadline);

}  // namespace stedi::test
