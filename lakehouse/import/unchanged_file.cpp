#include "lakehouse/import/unchanged_file.hpp"

#include <algorithm>

namespace stedi::landing {

namespace {

Failure changed(const char* how) {
  return fail(
      std::string(how) +
      " while it was imported: what landed before stays, and the file is not marked as imported; import it "
      "again when nothing writes to it");
}

}  // namespace

UnchangedFile::UnchangedFile(FileBytes bytes, const FileIdentity& identity)
    : bytes_(std::move(bytes)), size_(identity.bytes), block_sums_(identity.block_sums) {}

Result<UnchangedFile> UnchangedFile::open(const std::filesystem::path& file, const FileIdentity& identity,
                                          std::int64_t offset) {
  UnchangedFile unchanged(TRY(FileBytes::open(file)), identity);
  constexpr auto block_bytes = static_cast<std::int64_t>(FileIdentity::block_bytes);
  unchanged.blocks_read_ = static_cast<std::size_t>(offset / block_bytes);
  TRY(unchanged.bytes_.skip(offset / block_bytes * block_bytes));
  TRY(unchanged.next_block());
  unchanged.given_ = std::min(static_cast<std::size_t>(offset % block_bytes), unchanged.block_.size());
  return unchanged;
}

Result<std::size_t> UnchangedFile::read(char* into, std::size_t bytes) {
  std::size_t read = 0;
  while (read < bytes) {
    if (given_ == block_.size()) TRY(next_block());
    if (block_.empty()) break;
    const std::size_t taken = block_.copy(into + read, bytes - read, given_);
    given_ += taken;
    read += taken;
  }
  return read;
}

Result<void> UnchangedFile::next_block() {
  const auto begin = static_cast<std::int64_t>(blocks_read_ * FileIdentity::block_bytes);
  const auto expected = static_cast<std::size_t>(
      std::clamp<std::int64_t>(size_ - begin, 0, static_cast<std::int64_t>(FileIdentity::block_bytes)));
  given_ = 0;
  block_.resize(expected);
  if (expected == 0) return {};
  const auto read = TRY(bytes_.read(block_.data(), expected));
  if (read < expected) return changed("became shorter");
  if (block_sum(block_) != block_sums_[blocks_read_]) return changed("changed");
  ++blocks_read_;
  char more = 0;
  const bool is_last = begin + static_cast<std::int64_t>(expected) == size_;
  if (!is_last) return {};
  if (TRY(bytes_.read(&more, 1)) > 0) return changed("grew");
  bytes_.close();
  return {};
}

}  // namespace stedi::landing
