#include "bench/spool/own_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "core/digest/digest.hpp"

namespace stedi::bench {

namespace {

constexpr std::uint32_t sealed = 1;
constexpr std::uint32_t acknowledged = 2;

struct Head {
  std::uint32_t kind;
  std::uint32_t bytes;
  std::int64_t id;
  std::int64_t checksum;  // of the payload
};

void must(bool done) {
  if (!done) std::abort();
}

}  // namespace

OwnLog::OwnLog(const std::filesystem::path& file)
    : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  must(descriptor_ >= 0);
  recover();
}

OwnLog::~OwnLog() {
  ::close(descriptor_);
}

void OwnLog::recover() {
  Head head{};
  std::string payload;
  while (::pread(descriptor_, &head, sizeof head, end_) == static_cast<ssize_t>(sizeof head)) {
    payload.resize(head.bytes);
    const auto offset = end_ + static_cast<std::int64_t>(sizeof head);
    if (::pread(descriptor_, payload.data(), payload.size(), offset) != static_cast<ssize_t>(head.bytes))
      break;
    if (first_64_bits(sha256(payload)) != head.checksum) break;
    if (head.kind == sealed) index_[head.id] = {offset, head.bytes};
    if (head.kind == acknowledged) index_.erase(head.id);
    last_id_ = std::max(last_id_, head.id);
    end_ = offset + head.bytes;
  }
  must(::ftruncate(descriptor_, end_) == 0);
}

void OwnLog::put(std::uint32_t kind, firmware::BatchId id, std::string_view payload) {
  const Head head{kind, static_cast<std::uint32_t>(payload.size()), id, first_64_bits(sha256(payload))};
  unwritten_.append(reinterpret_cast<const char*>(&head), sizeof head);
  unwritten_ += payload;
}

firmware::BatchId OwnLog::append(std::string_view payload) {
  const auto offset = end_ + static_cast<std::int64_t>(unwritten_.size() + sizeof(Head));
  index_[++last_id_] = {offset, static_cast<std::uint32_t>(payload.size())};
  put(sealed, last_id_, payload);
  return last_id_;
}

void OwnLog::commit() {
  must(::pwrite(descriptor_, unwritten_.data(), unwritten_.size(), end_) ==
       static_cast<ssize_t>(unwritten_.size()));
  must(::fdatasync(descriptor_) == 0);
  end_ += static_cast<std::int64_t>(unwritten_.size());
  unwritten_.clear();
}

Result<std::string> OwnLog::payload(firmware::BatchId id) {
  const Place& place = index_.at(id);
  std::string payload(place.bytes, '\0');
  must(::pread(descriptor_, payload.data(), payload.size(), place.offset) ==
       static_cast<ssize_t>(place.bytes));
  return payload;
}

Result<void> OwnLog::remove(std::span<const firmware::BatchId> ids) {
  if (ids.empty()) return {};
  for (const firmware::BatchId id : ids)
    if (index_.erase(id) > 0) put(acknowledged, id, "");
  commit();
  // All acknowledged: the file starts anew, as a real one would with its segments.
  if (index_.empty()) {
    must(::ftruncate(descriptor_, 0) == 0);
    end_ = 0;
  }
  return {};
}

}  // namespace stedi::bench
