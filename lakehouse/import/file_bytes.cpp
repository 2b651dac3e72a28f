#include "lakehouse/import/file_bytes.hpp"

#include <cerrno>
#include <cstring>

namespace stedi::landing {

Result<FileBytes> FileBytes::open(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream)
    return fail(std::string("cannot be opened (") + std::strerror(errno) +
                "): let this account read it and import again");
  return FileBytes(std::move(stream));
}

Result<std::size_t> FileBytes::read(char* into, std::size_t bytes) {
  stream_.read(into, static_cast<std::streamsize>(bytes));
  if (stream_.bad()) return fail("cannot be read to its end: check its disk and import again");
  return static_cast<std::size_t>(stream_.gcount());
}

Result<void> FileBytes::skip(std::int64_t bytes) {
  stream_.seekg(bytes, std::ios::cur);
  return {};
}

}  // namespace stedi::landing
