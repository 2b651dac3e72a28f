#include "firmware_sim/twin/malformed.hpp"

#include <array>

namespace stedi::firmware {

namespace {

// $E the person's email, $S their serial, $T their first instant.
std::string filled_in(std::string_view form, const Person& person) {
  std::string line;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const char name = form[i] == '$' && i + 1 < form.size() ? form[i + 1] : '\0';
    if (name == 'E') line += person.email;
    if (name == 'S') line += person.serial;
    if (name == 'T') line += std::to_string(person.instants_ms.front());
    if (name == 'E' || name == 'S' || name == 'T') {
      ++i;
    } else {
      line += form[i];
    }
  }
  return line;
}

constexpr std::array<std::string_view, 6> customer_forms = {
    R"({"customerName":"No Address","registrationDate":$T})",
    R"({"email":42,"serialNumber":"$S"})",
    R"({"email":"   ","serialNumber":"$S"})",
    R"({"email":"$E","EMAIL":"$E"})",
    R"({"email":"$E","note":{"a":1,"a":2}})",
    R"(customerName,email,phone)",
};

constexpr std::array<std::string_view, 12> accelerometer_forms = {
    R"({"user":"$E","timestamp":$T,"x":1.0,"y":0.0})",
    R"({"user":"$E","timestamp":"$T","x":1.0,"y":0.0,"z":0.0})",
    R"({"user":"$E","timestamp":$T,"x":null,"y":0.0,"z":0.0})",
    R"({"user":"$E","timestamp":$T.25,"x":1.0,"y":0.0,"z":0.0})",
    R"({"user":"$E","user":"$E","timestamp":$T,"x":1.0,"y":0.0,"z":0.0})",
    R"({"user":"$E","timestamp":$T,"timeStamp":$T,"x":1.0,"y":0.0,"z":0.0})",
    R"({"user":"  ","timestamp":$T,"x":1.0,"y":0.0,"z":0.0})",
    R"({"user":"$E","timestamp":$T,"x":1.0,"y":)",
    R"({"user":"$E","timestamp":$T,"x":1.0,"y":0.0,"z":0.0}{"user")",
    R"(}{ no JSON at all)",
    R"({"user":"$E","timestamp":$T,"x":"1.0","y":0.0,"z":0.0})",
    R"({"user":"$E","timestamp":$T,"x":1e999,"y":0.0,"z":0.0})",
};

constexpr std::array<std::string_view, 9> step_trainer_forms = {
    R"({"sensorReadingTime":$T,"serialNumber":null,"distanceFromObject":222})",
    R"({"sensorReadingTime":$T,"serialNumber":"$S","distanceFromObject":222.5})",
    R"({"sensorReadingTime":$T,"serialNumber":"$S","distanceFromObject":"222"})",
    R"({"serialNumber":"$S","distanceFromObject":222})",
    R"({"sensorReadingTime":$T,"serialNumber":" ","distanceFromObject":222})",
    R"({"sensorReadingTime":$T,"serialNumber":"$S","serialnumber":"$S","distanceFromObject":222})",
    R"({"sensorReadingTime":true,"serialNumber":"$S","distanceFromObject":222})",
    R"({"sensorReadingTime":1e300,"serialNumber":"$S","distanceFromObject":222})",
    R"(42)",
};

}  // namespace

std::string malformed_customer(std::size_t n, const Person& person) {
  return filled_in(customer_forms[n % customer_forms.size()], person);
}
std::string malformed_accelerometer(std::size_t n, const Person& person) {
  return filled_in(accelerometer_forms[n % accelerometer_forms.size()], person);
}
std::string malformed_step_trainer(std::size_t n, const Person& person) {
  return filled_in(step_trainer_forms[n % step_trainer_forms.size()], person);
}

}  // namespace stedi::firmware
