// Every sensor stream, declared once. Decoding, landing tables and their views, rows on their way into
// SQLite, blocks of imported files, the index of landed readings, retention, scopes, and the checks and
// reconciliation that are alike for all readings follow from the declaration. To add a stream:
// docs/add-a-stream.md.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/record/limits.hpp"
#include "core/record/stream.hpp"

namespace stedi {

// ---- What a declaration says.

// Whose readings they are: of the person whose email they carry, or of whoever has the trainer with their
// serial number.
enum class OwnedBy { person, trainer };

// The dictionary of landing.db in which they stand, and the column of their ids in every table.
constexpr std::string_view owner_table(OwnedBy owned_by) {
  return owned_by == OwnedBy::person ? "subject" : "trainer";
}
constexpr std::string_view owner_column(OwnedBy owned_by) {
  return owned_by == OwnedBy::person ? "subject_id" : "trainer_id";
}

template <typename Reading>
struct OwnerField {
  std::string_view name;  // in JSON, and as the view shows it
  std::string Reading::*member;
};

// Epoch milliseconds.
template <typename Reading>
struct TimeField {
  std::string_view name;
  std::int64_t Reading::*member;
};

// A measured value: a double, or an integer within limits::max_integer.
template <typename Reading, typename Type>
struct ValueField {
  std::string_view name;
  Type Reading::*member;
  std::string_view unit;
};

// Which times can be right. A reading timed otherwise lands, flagged.
struct PlausibleTime {
  std::int64_t earliest_ms = limits::earliest_plausible_ms;
  std::int64_t max_ahead_of_receipt_ms = limits::max_ahead_of_receipt_ms;

  constexpr bool holds(std::int64_t time_ms, std::int64_t received_ms) const {
    return time_ms >= earliest_ms && time_ms <= received_ms + max_ahead_of_receipt_ms;
  }
};

// Specialised for each reading: stream, name, owned_by, plausible_time, and fields in the order in which
// devices spell them and views show them.
template <typename Reading>
struct SensorStream;

template <typename Reading>
concept SensorReading = requires {
  SensorStream<Reading>::fields;
};

// ---- The readings.

// A phone's acceleration, gravity included.
struct AccelerometerReading {
  std::string user;  // an email
  std::int64_t timestamp_ms = 0;
  double x = 0;
  double y = 0;
  double z = 0;
  std::string extra;
};

template <>
struct SensorStream<AccelerometerReading> {
  using Reading = AccelerometerReading;
  static constexpr Stream stream = Stream::accelerometer;
  static constexpr std::string_view name = "accelerometer";
  static constexpr OwnedBy owned_by = OwnedBy::person;
  static constexpr PlausibleTime plausible_time = {};
  static constexpr std::tuple fields = {
      OwnerField<Reading>{"user", &Reading::user},
      TimeField<Reading>{"timestamp", &Reading::timestamp_ms},
      ValueField<Reading, double>{"x", &Reading::x, "g"},
      ValueField<Reading, double>{"y", &Reading::y, "g"},
      ValueField<Reading, double>{"z", &Reading::z, "g"},
  };
};

// The distance that a step trainer's motion sensor sees.
struct StepTrainerReading {
  std::int64_t reading_time_ms = 0;
  std::string serial_number;
  std::int64_t distance_from_object = 0;
  std::string extra;
};

template <>
struct SensorStream<StepTrainerReading> {
  using Reading = StepTrainerReading;
  static constexpr Stream stream = Stream::step_trainer;
  static constexpr std::string_view name = "step_trainer";
  static constexpr OwnedBy owned_by = OwnedBy::trainer;
  static constexpr PlausibleTime plausible_time = {};
  static constexpr std::tuple fields = {
      TimeField<Reading>{"sensorReadingTime", &Reading::reading_time_ms},
      OwnerField<Reading>{"serialNumber", &Reading::serial_number},
      ValueField<Reading, std::int64_t>{"distanceFromObject", &Reading::distance_from_object, "mm"},
  };
};

// Every reading there is: for explicit instantiations, and as types.
#define STEDI_EACH_SENSOR_READING(use) use(AccelerometerReading) use(StepTrainerReading)
using SensorReadings = std::tuple<AccelerometerReading, StepTrainerReading>;

// ---- What follows from a declaration.

// Calls visit.operator()<Reading>() for each reading.
template <typename Visit>
constexpr void for_each_sensor_reading(Visit&& visit) {
  [&]<typename... Reading>(std::type_identity<std::tuple<Reading...>>) {
    (visit.template operator()<Reading>(), ...);
  }(std::type_identity<SensorReadings>());
}

// As above until a call gives true; false when none does.
template <typename Visit>
constexpr bool any_sensor_reading(Visit&& visit) {
  return [&]<typename... Reading>(std::type_identity<std::tuple<Reading...>>) {
    return (visit.template operator()<Reading>() || ...);
  }(std::type_identity<SensorReadings>());
}

// Calls visit(field) for each field, in the declared order.
template <SensorReading Reading, typename Visit>
constexpr void for_each_field(Visit&& visit) {
  std::apply([&](const auto&... field) { (visit(field), ...); }, SensorStream<Reading>::fields);
}

template <typename Field>
constexpr bool is_value_field = requires(Field field) {
  field.unit;
};

// The measured values alone.
template <SensorReading Reading, typename Visit>
constexpr void for_each_value_field(Visit&& visit) {
  for_each_field<Reading>([&]<typename Field>(const Field& field) {
    if constexpr (is_value_field<Field>) visit(field);
  });
}

template <SensorReading Reading>
constexpr std::size_t field_count = std::tuple_size_v<decltype(SensorStream<Reading>::fields)>;

template <SensorReading Reading>
constexpr const OwnerField<Reading>& owner_field =
    std::get<OwnerField<Reading>>(SensorStream<Reading>::fields);
template <SensorReading Reading>
constexpr const TimeField<Reading>& time_field = std::get<TimeField<Reading>>(SensorStream<Reading>::fields);

// The text of its user or serial number.
template <SensorReading Reading>
std::string& owner_of(Reading& reading) {
  return reading.*owner_field<Reading>.member;
}
template <SensorReading Reading>
const std::string& owner_of(const Reading& reading) {
  return reading.*owner_field<Reading>.member;
}
// Epoch milliseconds.
template <SensorReading Reading>
std::int64_t time_of(const Reading& reading) {
  return reading.*time_field<Reading>.member;
}

// Its measured values, in the declared order.
template <SensorReading Reading>
auto values_of(const Reading& reading) {
  const auto value_of = [&]<typename Field>(const Field& field) {
    if constexpr (is_value_field<Field>) {
      return std::tuple(reading.*field.member);
    } else {
      return std::tuple<>();
    }
  };
  return std::apply([&](const auto&... field) { return std::tuple_cat(value_of(field)...); },
                    SensorStream<Reading>::fields);
}
template <SensorReading Reading>
using Values = decltype(values_of(std::declval<const Reading&>()));

template <SensorReading Reading>
constexpr bool is_plausible(std::int64_t time_ms, std::int64_t received_ms) {
  return SensorStream<Reading>::plausible_time.holds(time_ms, received_ms);
}

constexpr bool is_sensor_stream(Stream stream) {
  return any_sensor_reading([stream]<typename Reading> { return SensorStream<Reading>::stream == stream; });
}

}  // namespace stedi
