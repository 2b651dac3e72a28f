#include "lakehouse/landing/speakers.hpp"

#include "lakehouse/landing/sender_id.hpp"

namespace stedi::landing {

Result<std::optional<std::int64_t>> Speakers::bound_subject(std::string_view device) {
  return database_.one_row<std::int64_t>("SELECT subject_id FROM device_subject WHERE device = ?",
                                         stored_sender_id(device));
}

// Asking may read the roles folder: not for every record of a message.
bool Speakers::speaks_for_everyone(std::string_view device) {
  if (!is_website_) is_website_ = is_website_device_ && is_website_device_(device);
  return *is_website_;
}

Result<bool> Speakers::speaks_for(std::string_view device, std::string_view email) {
  if (speaks_for_everyone(device)) return true;
  const auto bound = TRY(bound_subject(device));
  const auto subject = TRY(dictionary_.find_subject(email));
  return bound && subject && *bound == *subject;
}

Result<bool> Speakers::may_speak(const CustomerRecord& record, std::string_view device) {
  if (speaks_for_everyone(device)) return true;
  if (device.empty()) return false;  // a replay of what kept no device
  const auto bound = TRY(bound_subject(device));
  if (bound) return speaks_for(device, record.email);
  const auto subject = TRY(dictionary_.subject(record.email));
  TRY(database_.run("INSERT INTO device_subject (device, subject_id) VALUES (?, ?)", stored_sender_id(device),
                    subject.id));
  return true;
}

Result<bool> Speakers::may_speak(const ConsentEvent& event, std::string_view device) {
  return speaks_for(device, event.email);
}

Result<bool> Speakers::may_speak(const PairingEvent& event, std::string_view device) {
  // Only the website may say that a serial is nobody's.
  return speaks_for(device, event.email.value_or(""));
}

}  // namespace stedi::landing
