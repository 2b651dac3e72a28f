#include "lakehouse/import/file_identity.hpp"

#include <array>
#include <cstring>
#include <string>

#include "lakehouse/import/file_bytes.hpp"
#include "lakehouse/import/value_scanner.hpp"

namespace stedi::landing {

namespace {

constexpr std::uint64_t odd_factor = 0x9E3779B97F4A7C15;

// How the text read so far ends.
class TextEnd {
 public:
  // `text` is at the front of the next block, and may be added once more, longer.
  void add(std::string_view text);
  void next_block(std::size_t bytes) { block_begins_at_ += static_cast<std::int64_t>(bytes); }
  std::optional<std::int64_t> resumes_at(std::int64_t end) const;

 private:
  std::int64_t block_begins_at_ = 0;
  std::int64_t line_begins_at_ = 0;
  char line_begins_with_ = 0;
  char latest_of_value_ = 0;
};

void TextEnd::add(std::string_view text) {
  if (text.empty()) return;
  if (line_begins_at_ == block_begins_at_) line_begins_with_ = text.front();
  if (const std::size_t found = text.rfind('\n'); found != std::string_view::npos) {
    line_begins_at_ = block_begins_at_ + static_cast<std::int64_t>(found) + 1;
    line_begins_with_ = found + 1 < text.size() ? text[found + 1] : '\0';
  }
  for (std::size_t left = text.size(); left > 0; --left) {
    if (is_between_values(text[left - 1])) continue;
    latest_of_value_ = text[left - 1];
    return;
  }
}

std::optional<std::int64_t> TextEnd::resumes_at(std::int64_t end) const {
  if (latest_of_value_ == '}' || latest_of_value_ == 0) return end;
  if (line_begins_with_ == '{') return line_begins_at_;
  return std::nullopt;
}

// The digest of a file, and of its beginnings on the way.
class Identifier {
 public:
  Identifier(FileIdentity& identity, const std::vector<std::int64_t>& sizes)
      : identity_(identity), size_(sizes.begin()), sizes_end_(sizes.end()) {}

  void add(std::string_view block);
  void finish() { identity_.content = hash_.finish(); }

 private:
  FileIdentity& identity_;
  std::vector<std::int64_t>::const_iterator size_, sizes_end_;
  Sha256Stream hash_;
  TextEnd end_;
};

void Identifier::add(std::string_view block) {
  identity_.block_sums.push_back(block_sum(block));
  std::size_t hashed = 0;
  const auto hash_up_to = [&](std::size_t end) {
    hash_.update(block.substr(hashed, end - hashed));
    hashed = end;
  };
  const std::int64_t end = identity_.bytes + static_cast<std::int64_t>(block.size());
  for (; size_ != sizes_end_ && *size_ <= end; ++size_) {
    hash_up_to(static_cast<std::size_t>(*size_ - identity_.bytes));
    end_.add(block.substr(0, hashed));
    identity_.beginnings.push_back({*size_, hash_.so_far(), end_.resumes_at(*size_)});
  }
  hash_up_to(block.size());
  if (size_ != sizes_end_) end_.add(block);
  end_.next_block(block.size());
  identity_.bytes = end;
}

}  // namespace

Result<FileIdentity> FileIdentity::of(const std::filesystem::path& file, Stream stream,
                                      const std::vector<std::int64_t>& sizes) {
  FileIdentity identity{stream, {}, 0, {}, {}};
  auto bytes = TRY(FileBytes::open(file));
  Identifier identifier(identity, sizes);
  std::string block(block_bytes, '\0');
  for (std::size_t read = block_bytes; read == block_bytes;) {
    read = TRY(bytes.read(block.data(), block_bytes));
    if (read > 0) identifier.add(std::string_view(block).substr(0, read));
  }
  identifier.finish();
  return identity;
}

std::uint64_t block_sum(std::string_view block) {
  // Side by side, so that the processor need not wait for each multiplication.
  std::array<std::uint64_t, 4> sums = {block.size(), 1, 2, 3};
  std::array<std::uint64_t, 4> words{};
  const auto add_words = [&] {
    for (std::size_t i = 0; i < words.size(); ++i) sums[i] = (sums[i] ^ words[i]) * odd_factor;
  };
  std::size_t added = 0;
  for (; added + sizeof words <= block.size(); added += sizeof words) {
    std::memcpy(words.data(), block.data() + added, sizeof words);
    add_words();
  }
  words = {};
  std::memcpy(words.data(), block.data() + added, block.size() - added);
  add_words();
  std::uint64_t sum = 0;
  for (const std::uint64_t one : sums) sum = (sum ^ one ^ (sum >> 29)) * odd_factor;
  return sum;
}

}  // namespace stedi::landing
