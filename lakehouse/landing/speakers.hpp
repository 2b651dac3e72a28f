// Who may speak for whom (PROTOCOL.md): the website for everyone, an app for the subject of its first
// customer record. Readings are not restricted.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "core/record/records.hpp"
#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/landing/dictionary.hpp"

namespace stedi::landing {

// Within the caller's transactions; database and dictionary outlive it. One thread.
class Speakers {
 public:
  Speakers(sqlite::Database& database, Dictionary& dictionary,
           std::function<bool(std::string_view device)> is_website_device)
      : database_(database), dictionary_(dictionary), is_website_device_(std::move(is_website_device)) {}

  // Before the records of each message: a role may have changed since the last one.
  void next_message() { is_website_.reset(); }

  // The first customer record of an app binds the app to its subject.
  Result<bool> may_speak(const CustomerRecord& record, std::string_view device);
  Result<bool> may_speak(const ConsentEvent& event, std::string_view device);
  Result<bool> may_speak(const PairingEvent& event, std::string_view device);

 private:
  bool speaks_for_everyone(std::string_view device);
  Result<bool> speaks_for(std::string_view device, std::string_view email);
  Result<std::optional<std::int64_t>> bound_subject(std::string_view device);

  sqlite::Database& database_;
  Dictionary& dictionary_;
  std::function<bool(std::string_view device)> is_website_device_;
  std::optional<bool> is_website_;  // the current message's device, asked once a message
};

}  // namespace stedi::landing
