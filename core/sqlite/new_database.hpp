// A database file that appears whole or not at all: a crash while it is made leaves no half-made store, and
// making it costs one fsync of the file instead of one a step.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "core/sqlite/database.hpp"

namespace stedi::sqlite {

// A database file in the making, under a name of its own (FILE.new-XXXXXX) beside the one it is to have,
// readable by this account alone. Thrown away unless it is published; what a maker that was killed left
// behind is removed by the next one.
class NewDatabase {
 public:
  enum class Published { by_us, by_another };

  static Result<NewDatabase> begin(const std::filesystem::path& file);
  NewDatabase(NewDatabase&&) noexcept;
  NewDatabase& operator=(NewDatabase&&) noexcept;
  ~NewDatabase();

  // To fill it. Nothing of it has to survive a crash yet, so that it is written without a sync.
  Result<Database> open() const;
  // Closes what open() gave, sets it to WAL mode and gives it its name, durably. A file that another process
  // has made meanwhile stays as it is.
  Result<Published> publish(Database filled);

 private:
  class Draft;
  NewDatabase(std::filesystem::path file, std::unique_ptr<Draft> draft);

  std::filesystem::path file_;
  std::unique_ptr<Draft> draft_;
};

// When `file` is absent, makes it with what `fill` writes.
Result<void> make_if_absent(const std::filesystem::path& file,
                            const std::function<Result<void>(Database&)>& fill);

// Removes drafts of `file` that makers left behind when they were killed; those of living ones stay.
void remove_abandoned_drafts(const std::filesystem::path& file);

}  // namespace stedi::sqlite
