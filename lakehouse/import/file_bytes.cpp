#include "lakehouse/import/file_bytes.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace stedi::landing {

namespace {

constexpr std::size_t packed_bytes = 131'072;

}  // namespace

Result<FileBytes> FileBytes::open(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream)
    return fail(std::string("cannot be opened (") + std::strerror(errno) +
                "): let this account read it and import again");
  FileBytes bytes(std::move(stream));
  std::string first(Decompressor::telling_bytes, '\0');
  first.resize(TRY(bytes.read_as_stored(first.data(), first.size())));
  bytes.decompressor_ = Decompressor::of(first);
  bytes.stream_.clear();
  bytes.stream_.seekg(0);
  return bytes;
}

Result<std::size_t> FileBytes::read_as_stored(char* into, std::size_t bytes) {
  stream_.read(into, static_cast<std::streamsize>(bytes));
  if (stream_.bad()) return fail("cannot be read to its end: check its disk and import again");
  return static_cast<std::size_t>(stream_.gcount());
}

Result<std::size_t> FileBytes::read(char* into, std::size_t bytes) {
  if (!decompressor_) return read_as_stored(into, bytes);
  std::size_t read = 0;
  while (read < bytes) {
    const auto packed = std::string_view(packed_).substr(unpacked_);
    const auto progress = TRY(decompressor_->go_on(packed, into + read, bytes - read));
    unpacked_ += progress.taken;
    read += progress.written;
    if (progress.taken > 0 || progress.written > 0) continue;
    TRY(fill_packed());
    if (packed_.empty()) break;
  }
  return read;
}

Result<void> FileBytes::fill_packed() {
  packed_.resize(packed_bytes);
  unpacked_ = 0;
  packed_.resize(TRY(read_as_stored(packed_.data(), packed_bytes)));
  if (packed_.empty() && !decompressor_->may_end())
    return fail("is cut off: its compressed data does not end; get a whole copy and import that");
  return {};
}

void FileBytes::close() {
  stream_.close();
  decompressor_.reset();
  packed_ = {};
}

Result<void> FileBytes::skip(std::int64_t bytes) {
  if (!decompressor_) {
    stream_.seekg(bytes, std::ios::cur);
    return {};
  }
  std::string skipped(packed_bytes, '\0');
  while (bytes > 0) {
    const auto most = std::min<std::int64_t>(bytes, static_cast<std::int64_t>(packed_bytes));
    const auto read = TRY(this->read(skipped.data(), static_cast<std::size_t>(most)));
    if (read == 0) return {};
    bytes -= static_cast<std::int64_t>(read);
  }
  return {};
}

}  // namespace stedi::landing
