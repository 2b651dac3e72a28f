#include "tests/oracle/read.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>

#include "tests/oracle/json_members.hpp"
#include "tests/oracle/names.hpp"

namespace stedi::oracle {

namespace {

// "|v| ≤ 2^53 − 1": beyond it not every JSON reader has the same integer.
constexpr long double greatest_integer = 9'007'199'254'740'991.0L;

// The fields of one sound JSON object, under their names in lower case.
class Fields {
 public:
  explicit Fields(std::optional<Members> members) : members_(std::move(members)) {}

  bool are_sound() const { return members_.has_value(); }
  bool has(const std::string& name) const { return members_->contains(name); }
  bool is_null(const std::string& name) const { return kind(name) == Member::Kind::null; }  // or absent

  // Not white space alone.
  std::optional<std::string> text(const std::string& name) const {
    auto any = any_text(name);
    return any && !trimmed(*any).empty() ? any : std::nullopt;
  }
  std::optional<std::string> any_text(const std::string& name) const {
    return kind(name) == Member::Kind::string ? std::optional(members_->at(name).text) : std::nullopt;
  }
  std::optional<long double> number(const std::string& name) const {
    return kind(name) == Member::Kind::number ? std::optional(members_->at(name).number) : std::nullopt;
  }
  std::optional<double> real(const std::string& name) const {
    const bool is_number = kind(name) == Member::Kind::number;
    return is_number ? std::optional(members_->at(name).real + 0.0) : std::nullopt;  // -0 is 0
  }
  // However it is spelled: 1.65e12 is one.
  std::optional<std::int64_t> integer(const std::string& name) const {
    const auto value = number(name);
    if (!value || *value != std::floor(*value) || std::fabs(*value) > greatest_integer) return std::nullopt;
    return static_cast<std::int64_t>(*value);
  }

 private:
  Member::Kind kind(const std::string& name) const {
    const auto member = members_->find(name);
    return member == members_->end() ? Member::Kind::null : member->second.kind;
  }
  std::optional<Members> members_;
};

bool is_in_any_spelling(std::string_view said, std::string_view meant) {
  constexpr std::string_view blanks = " \t\n\v\f\r";
  const std::size_t first = said.find_first_not_of(blanks);
  if (first == std::string_view::npos) return false;
  said = said.substr(first, said.find_last_not_of(blanks) - first + 1);
  const auto same = [](char a, char b) { return a == b || a == b - 'a' + 'A'; };
  return std::ranges::equal(said, meant, same);
}

// An action is known exactly, but for a withdrawal, which is one in any spelling, of its purpose too.
std::optional<bool> is_grant(const std::optional<std::string>& action) {
  if (action == "grant") return true;
  if (action && is_in_any_spelling(*action, "withdraw")) return false;
  return std::nullopt;
}

bool is_date_of_a_customer(const std::string& member) {
  return member == "registrationdate" || member == "lastupdatedate" ||
         member == "sharewithresearchasofdate" || member == "sharewithpublicasofdate" ||
         member == "sharewithfriendsasofdate";
}

bool is_time_of_a_consent(const std::string& member) {
  return member == "timestamp";
}

// Such a date beyond a double is one of the wrong type, as a fraction is; any other such number is malformed.
Fields fields_with_dates(std::string line, bool (*is_date)(const std::string& member)) {
  while (const auto number = beyond_double(line)) {
    if (!is_date(number->member)) return Fields(std::nullopt);
    line.replace(number->begin, number->end - number->begin, "0.5");
  }
  return Fields(read_members(line));
}

template <typename Take>
void for_each_line(const std::filesystem::path& folder, Take take) {
  if (!std::filesystem::exists(folder)) return;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::ranges::sort(files);
  for (const auto& file : files) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) take(line);
  }
}

template <typename Record, typename Read>
void read_folder(const std::filesystem::path& folder, std::int64_t received_ms, Read read,
                 std::vector<Record>& records) {
  for_each_line(folder, [&](const std::string& line) {
    if (auto record = read(line, received_ms)) records.push_back(*std::move(record));
  });
}

}  // namespace

std::optional<Customer> read_customer(std::string_view line, std::int64_t received_ms) {
  const Fields fields = fields_with_dates(std::string(line), is_date_of_a_customer);
  if (!fields.are_sound() || !fields.text("email")) return std::nullopt;
  Customer customer;
  customer.email = *fields.text("email");
  customer.name = fields.any_text("customername");
  customer.phone = fields.any_text("phone");
  customer.birth_day = fields.any_text("birthday");
  customer.serial = fields.any_text("serialnumber");
  customer.registration_ms = fields.integer("registrationdate");
  customer.updated_ms = fields.integer("lastupdatedate");
  customer.research_ms = fields.integer("sharewithresearchasofdate");
  customer.public_ms = fields.integer("sharewithpublicasofdate");
  customer.friends_ms = fields.integer("sharewithfriendsasofdate");
  customer.updated_is_no_integer = !fields.is_null("lastupdatedate") && !customer.updated_ms;
  customer.research_is_number = fields.number("sharewithresearchasofdate").value_or(0) != 0;
  customer.received_ms = received_ms;
  return customer;
}

std::optional<Consent> read_consent(std::string_view line, std::int64_t received_ms) {
  const Fields fields = fields_with_dates(std::string(line), is_time_of_a_consent);
  if (!fields.are_sound()) return std::nullopt;
  const auto email = fields.text("email");
  const auto purpose = fields.text("purpose");
  const auto grants = is_grant(fields.text("action"));
  const auto at_ms = fields.integer("timestamp");
  if (!email || !purpose || !grants || (*grants && !at_ms)) return std::nullopt;
  // A withdrawal whose time nobody can read counts as of its receipt.
  const bool is_research = !*grants && is_in_any_spelling(*purpose, "research");
  return Consent{*email, is_research ? "research" : *purpose, *grants, at_ms.value_or(received_ms),
                 received_ms};
}

std::optional<Pairing> read_pairing(std::string_view line, std::int64_t received_ms) {
  const Fields fields(read_members(line));
  if (!fields.are_sound() || !fields.has("email")) return std::nullopt;
  const auto serial = fields.text("serialnumber");
  const auto email = fields.text("email");
  const auto at_ms = fields.integer("timestamp");
  if (!serial || !at_ms || (!email && !fields.is_null("email"))) return std::nullopt;
  return Pairing{*serial, email, *at_ms, received_ms};
}

std::optional<Movement> read_movement(std::string_view line, std::int64_t received_ms) {
  const Fields fields(read_members(line));
  if (!fields.are_sound()) return std::nullopt;
  const auto user = fields.text("user");
  const auto at_ms = fields.integer("timestamp");
  const auto x = fields.real("x");
  const auto y = fields.real("y");
  const auto z = fields.real("z");
  if (!user || !at_ms || !x || !y || !z) return std::nullopt;
  return Movement{*user, *at_ms, *x, *y, *z, received_ms};
}

std::optional<Step> read_step(std::string_view line, std::int64_t received_ms) {
  const Fields fields(read_members(line));
  if (!fields.are_sound()) return std::nullopt;
  const auto at_ms = fields.integer("sensorreadingtime");
  const auto serial = fields.text("serialnumber");
  const auto distance = fields.integer("distancefromobject");
  if (!at_ms || !serial || !distance) return std::nullopt;
  return Step{*at_ms, *serial, *distance, received_ms};
}

Landed read_data_set(const std::filesystem::path& folder, std::int64_t received_ms) {
  Landed landed;
  read_folder(folder / "customer", received_ms, read_customer, landed.customers);
  read_folder(folder / "consent", received_ms, read_consent, landed.consents);
  read_folder(folder / "pairing", received_ms, read_pairing, landed.pairings);
  read_folder(folder / "accelerometer", received_ms, read_movement, landed.movements);
  read_folder(folder / "step_trainer", received_ms, read_step, landed.steps);
  return landed;
}

}  // namespace stedi::oracle
