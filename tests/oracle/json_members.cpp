#include "tests/oracle/json_members.hpp"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace stedi::oracle {

namespace {

class Reader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  // Whether the text is sound JSON.
  bool read(std::string_view text) { return nlohmann::json::sax_parse(text.begin(), text.end(), this); }

  bool is_object() const { return is_object_; }
  Members take_members() { return std::move(members_); }
  std::optional<std::size_t> beyond_ends() const { return beyond_ends_; }
  std::string member_being_read() const { return open_.size() == 1 && is_object_ ? name_ : ""; }

  bool null() override { return put({}); }
  bool boolean(bool) override { return put({Member::Kind::boolean, "", 0, 0}); }
  bool number_integer(number_integer_t v) override {
    return put({Member::Kind::number, "", static_cast<long double>(v), static_cast<double>(v)});
  }
  bool number_unsigned(number_unsigned_t v) override {
    return put({Member::Kind::number, "", static_cast<long double>(v), static_cast<double>(v)});
  }
  bool number_float(number_float_t v, const string_t& raw) override {
    return put({Member::Kind::number, "", std::strtold(raw.c_str(), nullptr), v});
  }
  bool string(string_t& text) override {
    return text.find('\0') == std::string::npos && put({Member::Kind::string, text, 0, 0});
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override {
    if (open_.empty()) is_object_ = true;
    return put({Member::Kind::nested, "", 0, 0}) && open();
  }
  bool start_array(std::size_t) override { return put({Member::Kind::nested, "", 0, 0}) && open(); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (name.find('\0') != std::string::npos) return false;
    if (open_.size() == 1) {
      for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      name_ = name;
    }
    return open_.back().insert(name).second;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    constexpr int number_overflow = 406;
    if (error.id == number_overflow) beyond_ends_ = position;
    return false;
  }

 private:
  bool put(Member member) {
    if (open_.size() == 1 && is_object_) members_[name_] = std::move(member);
    return true;
  }
  bool open() {
    open_.emplace_back();
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  bool is_object_ = false;
  std::optional<std::size_t> beyond_ends_;
  std::vector<std::set<std::string>> open_;
  std::string name_;
  Members members_;
};

}  // namespace

std::optional<Members> read_members(std::string_view text) {
  Reader reader;
  if (!reader.read(text) || !reader.is_object()) return std::nullopt;
  return reader.take_members();
}

std::optional<BeyondDouble> beyond_double(std::string_view text) {
  Reader reader;
  if (reader.read(text) || !reader.beyond_ends()) return std::nullopt;
  const std::size_t end = *reader.beyond_ends();
  const std::size_t before = text.find_last_not_of("0123456789+-.eE", end - 1);
  return BeyondDouble{before == std::string_view::npos ? 0 : before + 1, end, reader.member_being_read()};
}

}  // namespace stedi::oracle
