#include "core/record/json_check.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "core/record/limits.hpp"

namespace stedi {

namespace {

// Walks a text without building it; the first fault ends the walk.
class Checker final : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::optional<Reason> reason() const { return reason_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t& text) override { return check_text(text); }
  bool binary(binary_t&) override { return refuse(Reason::malformed_json); }

  bool start_object(std::size_t) override { return enter(); }
  bool start_array(std::size_t) override { return enter(); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }

  bool key(string_t& name) override {
    if (!check_text(name)) return false;
    if (!open_.back().insert(name).second) return refuse(Reason::duplicate_key);
    return open_.back().size() <= limits::max_unknown_fields || refuse(Reason::nested_too_deep);
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    constexpr int number_overflow = 406;
    return refuse(error.id == number_overflow ? Reason::non_finite : Reason::malformed_json);
  }

 private:
  bool refuse(Reason reason) {
    reason_ = reason;
    return false;
  }
  bool check_text(const std::string& text) {
    if (text.size() > limits::max_string_bytes) return refuse(Reason::string_too_long);
    return text.find('\0') == std::string::npos || refuse(Reason::malformed_json);
  }
  bool enter() {
    open_.emplace_back();
    return open_.size() <= limits::max_nesting || refuse(Reason::nested_too_deep);
  }
  bool leave() {
    open_.pop_back();
    return true;
  }

  std::vector<std::set<std::string>> open_;  // the keys of each open object
  std::optional<Reason> reason_;
};

// Says yes to everything that is syntactically JSON.
bool has_json_value(std::string_view text, bool nothing_after_it) {
  // To nlohmann a zero byte ends the text; in JSON it stands nowhere.
  if (nothing_after_it && text.find('\0') != std::string_view::npos) return false;
  struct Ignore final : nlohmann::json_sax<nlohmann::json> {
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return true; }
    bool key(string_t&) override { return true; }
    bool end_object() override { return true; }
    bool start_array(std::size_t) override { return true; }
    bool end_array() override { return true; }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
      return false;
    }
  } ignore;
  return nlohmann::json::sax_parse(text.begin(), text.end(), &ignore, nlohmann::json::input_format_t::json,
                                   nothing_after_it);
}

}  // namespace

std::optional<Reason> check_json(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return Reason::malformed_json;
  Checker checker;
  const bool sound = nlohmann::json::sax_parse(text.begin(), text.end(), &checker);
  if (sound) return std::nullopt;
  return checker.reason().value_or(Reason::malformed_json);
}

bool is_json(std::string_view text) {
  return has_json_value(text, true);
}

Reason why_no_object(std::string_view text) {
  if (is_json(text)) return Reason::not_an_object;
  return has_json_value(text, false) ? Reason::trailing_bytes : Reason::malformed_json;
}

std::string json_string_value(std::string_view literal) {
  return nlohmann::json::parse(literal).get<std::string>();
}

std::string json_string(std::string_view text) {
  const auto is_plain = [](char c) { return c >= 0x20 && c != 0x7f && c != '"' && c != '\\'; };
  if (std::all_of(text.begin(), text.end(), is_plain)) return '"' + std::string(text) + '"';
  return nlohmann::json(std::string(text)).dump();
}

}  // namespace stedi
