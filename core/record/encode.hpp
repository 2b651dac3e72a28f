// A record as compact seed-format JSON, without a line break: what devices publish and files hold.
#pragma once

#include <string>

#include "core/record/records.hpp"

namespace stedi {

// Fields in the seed's own order, absent optional fields left out, `extra` fields after them.
// Numbers are written so that decoding gives the same value back.
std::string encode(const CustomerRecord& record);
template <SensorReading Reading>
std::string encode(const Reading& reading);
std::string encode(const ConsentEvent& event);
std::string encode(const PairingEvent& event);
std::string encode(const GapRecord& gap);

// What ties between customer records are decided by: the seed fields in the order email, customerName, phone,
// birthDay, serialNumber, registrationDate, lastUpdateDate, shareWithResearch-, Public-, FriendsAsOfDate as
// compact JSON, absent fields left out, the email and the serial by identity.
std::string canonical_bytes(const CustomerRecord& record);

}  // namespace stedi
