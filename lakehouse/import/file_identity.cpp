#include "lakehouse/import/file_identity.hpp"

#include <array>
#include <cstring>
#include <string>

#include "core/record/limits.hpp"
#include "lakehouse/import/file_bytes.hpp"
#include "lakehouse/import/value_scanner.hpp"

namespace stedi::landing {

namespace {

constexpr std::uint64_t odd_factor = 0x9E3779B97F4A7C15;

// How the text read so far ends: its latest line that holds anything, with the blanks behind it.
class TextEnd {
 public:
  // `text` is at the front of the next block, and may be added once more, longer.
  void add(std::string_view text);
  void next_block(std::size_t bytes);
  std::optional<std::int64_t> resumes_at(std::int64_t end) const;

 private:
  static constexpr std::size_t max_line_bytes = 4 * limits::max_record_bytes;

  std::int64_t block_begins_at_ = 0;
  std::string before_;  // of the line, what stands in blocks before; no more than tells that it is too long
  std::int64_t before_begins_at_ = 0;
  std::string line_;
  std::int64_t line_begins_at_ = 0;
};

void TextEnd::add(std::string_view text) {
  line_ = before_;
  line_ += text;
  const std::size_t latest = line_.find_last_not_of(" \t\r\n,");
  const std::size_t line_break = latest == std::string::npos ? latest : line_.rfind('\n', latest);
  const std::size_t begin = line_break == std::string::npos ? 0 : line_break + 1;
  line_begins_at_ = begin < before_.size()
                        ? before_begins_at_ + static_cast<std::int64_t>(begin)
                        : block_begins_at_ + static_cast<std::int64_t>(begin - before_.size());
  if (before_.empty() && begin == 0) line_begins_at_ = block_begins_at_;
  line_.erase(0, begin);
}

void TextEnd::next_block(std::size_t bytes) {
  block_begins_at_ += static_cast<std::int64_t>(bytes);
  before_ = line_.substr(0, max_line_bytes + 1);
  before_begins_at_ = line_begins_at_;
}

std::optional<std::int64_t> TextEnd::resumes_at(std::int64_t end) const {
  if (line_.size() > max_line_bytes) return std::nullopt;
  if (line_.find_first_not_of(" \t\r\n,") == std::string::npos) return end;
  // Of a record of several lines the brace in the first column is the last byte.
  if (line_.front() == '}' || line_.front() == ']') return end;
  const bool is_indented = line_.front() == ' ' || line_.front() == '\t';
  const char first = line_[line_.find_first_not_of(" \t")];
  if (first != '{' && (is_indented || (first != '[' && first != ','))) return std::nullopt;
  const auto values = values_of(line_);
  if (values.empty()) return end;
  const auto latest = static_cast<std::size_t>(values.back().data() - line_.data());
  auto scanner = ValueScanner::of_value(0);
  if (scanner.find_end(std::string_view(line_).substr(latest))) return end;
  if (is_indented) return std::nullopt;  // a part of a record, perhaps
  return line_begins_at_ + static_cast<std::int64_t>(latest);
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
