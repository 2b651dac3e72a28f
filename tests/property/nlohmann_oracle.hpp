// What a record says by nlohmann-json, written apart from our decoder and without regard to speed: the other
// side of the differential tests.
#pragma once

#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace stedi::test {

// A top-level member's value.
struct Member {
  enum class Kind { null, boolean, number, string, nested } kind = Kind::null;
  std::string text;        // string: decoded
  long double number = 0;  // number: its value
};

// The members of a sound object by lower-case name, nullopt for every text that is none (syntax, duplicate
// key at any depth, U+0000 in a string, a number beyond a double).
class Oracle final : public nlohmann::json_sax<nlohmann::json> {
 public:
  using Members = std::map<std::string, Member>;

  static std::optional<Members> read(std::string_view text) {
    Oracle oracle;
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &oracle)) return std::nullopt;
    if (!oracle.is_object_) return std::nullopt;
    return oracle.members_;
  }

  // Where a number beyond a double stands, which ends the reading here; nullopt: it ended otherwise.
  struct BeyondDouble {
    std::size_t begin;
    std::size_t end;
    std::string member;  // of the object itself, lower case; empty: deeper, or no member
  };
  static std::optional<BeyondDouble> beyond_double(std::string_view text) {
    Oracle oracle;
    if (nlohmann::json::sax_parse(text.begin(), text.end(), &oracle) || !oracle.beyond_ends_)
      return std::nullopt;
    std::size_t begin = text.find_last_not_of("0123456789+-.eE", *oracle.beyond_ends_ - 1);
    begin = begin == std::string_view::npos ? 0 : begin + 1;
    const bool is_member = oracle.open_.size() == 1 && oracle.is_object_;
    return BeyondDouble{begin, *oracle.beyond_ends_, is_member ? oracle.name_ : ""};
  }

  bool null() override { return put({}); }
  bool boolean(bool) override { return put({Member::Kind::boolean, "", 0}); }
  bool number_integer(number_integer_t v) override {
    return put({Member::Kind::number, "", static_cast<long double>(v)});
  }
  bool number_unsigned(number_unsigned_t v) override {
    return put({Member::Kind::number, "", static_cast<long double>(v)});
  }
  bool number_float(number_float_t, const string_t& raw) override {
    return put({Member::Kind::number, "", std::strtold(raw.c_str(), nullptr)});
  }
  bool string(string_t& text) override {
    return text.find('\0') == std::string::npos && put({Member::Kind::string, text, 0});
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override {
    if (open_.empty()) is_object_ = true;
    return put({Member::Kind::nested, "", 0}) && open();
  }
  bool start_array(std::size_t) override { return put({Member::Kind::nested, "", 0}) && open(); }
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

}  // namespace stedi::test
