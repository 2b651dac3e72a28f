#include "firmware_sim/feed/attribution.hpp"

#include "core/record/identity.hpp"
#include "firmware_sim/feed/embedding.hpp"

namespace stedi::firmware {

namespace {

std::int64_t time_of(const CustomerRecord& customer) {
  return customer.last_update_ms.value_or(customer.registration_ms.value_or(untimed));
}

}  // namespace

void Attributor::add(Stream stream, std::string_view line) {
  const bool is_reading = any_sensor_reading([&]<typename Reading> {
    if (SensorStream<Reading>::stream != stream) return false;
    add_reading<Reading>(line);
    return true;
  });
  if (!is_reading) add_event(stream, line);
}

template <SensorReading Reading>
void Attributor::add_reading(std::string_view line) {
  constexpr Stream stream = SensorStream<Reading>::stream;
  Reading& reading = readings_.of<Reading>().reading;
  if (const auto reason = decoder_.decode(line, reading)) return add_refused(stream, line, *reason);
  if constexpr (SensorStream<Reading>::owned_by == OwnedBy::person) {
    builder_.add(DeviceKind::phone, email_identity(owner_of(reading)), stream,
                 {stedi::time_of(reading), line});
  } else {
    builder_.add(DeviceKind::trainer, std::string(trimmed(owner_of(reading))), stream,
                 {stedi::time_of(reading), line});
  }
}

void Attributor::add_event(Stream stream, std::string_view line) {
  std::optional<Reason> reason;
  std::int64_t time_ms = untimed;
  if (stream == Stream::customer) {
    reason = decoder_.decode(line, customer_);
    if (!reason) time_ms = time_of(customer_);
  } else if (stream == Stream::consent) {
    reason = decoder_.decode(line, consent_);
    if (!reason && !consent_.time_is_unreadable) time_ms = consent_.timestamp_ms;
  } else {
    reason = decoder_.decode(line, pairing_);
    if (!reason) time_ms = pairing_.timestamp_ms;
  }
  if (reason) return add_refused(stream, line, *reason);
  builder_.add(DeviceKind::website, website_name, stream, {time_ms, line});
}

void Attributor::add_refused(Stream stream, std::string_view line, Reason reason) {
  if (reason == Reason::nested_too_deep || !is_embeddable(line)) line = builder_.keep(quoted_text(line));
  builder_.add(DeviceKind::website, website_name, stream, {untimed, line});
}

}  // namespace stedi::firmware
