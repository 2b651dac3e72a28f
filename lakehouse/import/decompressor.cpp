#include "lakehouse/import/decompressor.hpp"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <limits>

namespace stedi::landing {

namespace {

Failure damaged() {
  return fail("is damaged: it cannot be decompressed; get a whole copy and import that");
}

uInt at_most(std::size_t bytes) {
  return static_cast<uInt>(std::min<std::size_t>(bytes, std::numeric_limits<uInt>::max()));
}

class Gzip : public Decompressor {
 public:
  Gzip() { is_ready_ = inflateInit2(&stream_, gzip_alone) == Z_OK; }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;
  ~Gzip() override { inflateEnd(&stream_); }

  Result<Progress> go_on(std::string_view packed, char* into, std::size_t room) override {
    if (!is_ready_) return fail("cannot be decompressed: out of memory");
    if (may_end_ && packed.empty()) return Progress{};
    if (may_end_) inflateReset(&stream_);
    may_end_ = false;
    const uInt offered = stream_.avail_in = at_most(packed.size());
    const uInt free = stream_.avail_out = at_most(room);
    stream_.next_in =
        reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));  // zlib does not write there
    stream_.next_out = reinterpret_cast<Bytef*>(into);
    const int outcome = inflate(&stream_, Z_NO_FLUSH);
    if (outcome != Z_OK && outcome != Z_BUF_ERROR && outcome != Z_STREAM_END) return damaged();
    may_end_ = outcome == Z_STREAM_END;
    return Progress{offered - stream_.avail_in, free - stream_.avail_out};
  }
  bool may_end() const override { return may_end_; }

 private:
  static constexpr int gzip_alone = 16 + MAX_WBITS;

  z_stream stream_{};
  bool is_ready_ = false;
  bool may_end_ = true;
};

class Zstd : public Decompressor {
 public:
  Zstd() : stream_(ZSTD_createDStream(), ZSTD_freeDStream) {}

  Result<Progress> go_on(std::string_view packed, char* into, std::size_t room) override {
    if (!stream_) return fail("cannot be decompressed: out of memory");
    ZSTD_inBuffer in{packed.data(), packed.size(), 0};
    ZSTD_outBuffer out{into, room, 0};
    const std::size_t outcome = ZSTD_decompressStream(stream_.get(), &out, &in);
    if (ZSTD_isError(outcome) != 0) return damaged();
    if (in.pos > 0 || out.pos > 0) may_end_ = outcome == 0;
    return Progress{in.pos, out.pos};
  }
  bool may_end() const override { return may_end_; }

 private:
  std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream_;
  bool may_end_ = true;
};

}  // namespace

std::unique_ptr<Decompressor> Decompressor::of(std::string_view first_bytes) {
  if (first_bytes.starts_with("\x1f\x8b")) return std::make_unique<Gzip>();
  if (first_bytes.starts_with("\x28\xb5\x2f\xfd")) return std::make_unique<Zstd>();
  return nullptr;
}

}  // namespace stedi::landing
