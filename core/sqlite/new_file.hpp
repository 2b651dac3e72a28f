// A database file that appears whole or not at all: a crash while it is made leaves no half-made store, and
// making it costs one fsync of the file instead of one a step.
#pragma once

#include <filesystem>
#include <functional>

#include "core/sqlite/database.hpp"

namespace stedi::sqlite {

// When `file` is absent, makes it with what `fill` writes, in WAL mode, readable by this account alone. A
// file that is there, or that another process makes meanwhile, stays as it is.
Result<void> make_if_absent(const std::filesystem::path& file,
                            const std::function<Result<void>(Database&)>& fill);

}  // namespace stedi::sqlite
