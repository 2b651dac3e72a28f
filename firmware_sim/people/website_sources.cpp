#include "firmware_sim/people/website_sources.hpp"

#include <algorithm>
#include <vector>

#include "core/record/encode.hpp"
#include "firmware_sim/people/person.hpp"

namespace stedi::firmware {

namespace {

// Something that the website says about a person; `what` is for the stream to tell.
struct WebsiteEvent {
  std::int64_t due_ms;
  std::uint32_t person;
  std::uint32_t what = 0;
};

using Plan = void (*)(const SimulatedPerson&, std::vector<WebsiteEvent>&);
using Say = std::string (*)(const SimulatedPerson&, const WebsiteEvent&);

class WebsiteSource final : public RecordSource {
 public:
  WebsiteSource(const Scenario& scenario, Plan plan, Say say) : scenario_(scenario), say_(say) {
    for (std::size_t number = 0; std::cmp_less(number, scenario.population.count); ++number)
      plan(SimulatedPerson(scenario, number), events_);
    std::stable_sort(events_.begin(), events_.end(),
                     [](const WebsiteEvent& a, const WebsiteEvent& b) { return a.due_ms < b.due_ms; });
  }

  bool next(SimulatedRecord& record) override {
    if (next_ == events_.size()) return false;
    const WebsiteEvent& event = events_[next_++];
    record.due_ms = event.due_ms;
    record.time_ms = event.due_ms;  // a server's clock is right
    record.json = say_(SimulatedPerson(scenario_, event.person), event);
    return true;
  }

 private:
  const Scenario& scenario_;
  Say say_;
  std::vector<WebsiteEvent> events_;
  std::size_t next_ = 0;
};

std::uint32_t number_of(const SimulatedPerson& person) {
  return static_cast<std::uint32_t>(person.number());
}

bool agrees_at_registration(ConsentPart part) {
  return part == ConsentPart::granted || part == ConsentPart::withdraws || part == ConsentPart::returns;
}

void plan_customer(const SimulatedPerson& person, std::vector<WebsiteEvent>& events) {
  if (person.consent_part() == ConsentPart::without_record) return;
  events.push_back({person.registration_ms(), number_of(person)});
}

std::string say_customer(const SimulatedPerson& person, const WebsiteEvent& event) {
  Identity identity = person.identity();
  CustomerRecord record;
  record.customer_name = std::move(identity.name);
  record.email = std::move(identity.email);
  record.phone = "5550100";
  record.birth_day = std::move(identity.birth_day);
  record.serial_number = person.recorded_serial();
  record.registration_ms = event.due_ms;
  record.last_update_ms = event.due_ms;
  if (agrees_at_registration(person.consent_part())) record.research_from_ms = event.due_ms;
  return encode(record);
}

constexpr std::uint32_t says_grant = 0;
constexpr std::uint32_t says_withdraw = 1;

void plan_consents(const SimulatedPerson& person, std::vector<WebsiteEvent>& events) {
  switch (person.consent_part()) {
    case ConsentPart::grants_later:
      events.push_back({person.after_sitting_ms(0), number_of(person), says_grant});
      return;
    case ConsentPart::withdraws:
      events.push_back({person.after_sitting_ms(0), number_of(person), says_withdraw});
      return;
    case ConsentPart::returns:
      events.push_back({person.after_sitting_ms(0), number_of(person), says_withdraw});
      events.push_back({person.after_sitting_ms(1) + 1'000, number_of(person), says_grant});
      return;
    default:
      return;
  }
}

std::string say_consent(const SimulatedPerson& person, const WebsiteEvent& event) {
  using Action = ConsentEvent::Action;
  return encode(ConsentEvent{.email = person.identity().email,
                             .purpose = "research",
                             .action = event.what == says_grant ? Action::grant : Action::withdraw,
                             .timestamp_ms = event.due_ms,
                             .extra = {}});
}

void plan_pairings(const SimulatedPerson& person, std::vector<WebsiteEvent>& events) {
  if (person.is_paired()) {
    events.push_back({person.registration_ms(), number_of(person)});
  } else if (person.is_repaired()) {
    events.push_back({person.after_sitting_ms(0), number_of(person)});
  }
}

std::string say_pairing(const SimulatedPerson& person, const WebsiteEvent& event) {
  Identity identity = person.identity();
  return encode(PairingEvent{.serial_number = std::move(identity.serial),
                             .email = std::move(identity.email),
                             .timestamp_ms = event.due_ms,
                             .extra = {}});
}

}  // namespace

std::unique_ptr<RecordSource> open_customers(const Scenario& scenario) {
  return std::make_unique<WebsiteSource>(scenario, plan_customer, say_customer);
}

std::unique_ptr<RecordSource> open_consents(const Scenario& scenario) {
  return std::make_unique<WebsiteSource>(scenario, plan_consents, say_consent);
}

std::unique_ptr<RecordSource> open_pairings(const Scenario& scenario) {
  return std::make_unique<WebsiteSource>(scenario, plan_pairings, say_pairing);
}

}  // namespace stedi::firmware
