// Readings decoded together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/record/sensor_stream.hpp"

namespace stedi {

// Readings whose owner's text (user or serial) stands once for many, so that it costs no memory a reading and
// the store is asked for it once. An owner may stand in `owners` more than once.
template <SensorReading Reading>
struct ReadingBlock {
  std::vector<std::string> owners;
  std::vector<std::uint32_t> owner_of;  // one a reading: index into owners
  std::vector<Reading> readings;        // without their owner's text

  std::size_t size() const { return readings.size(); }
  bool empty() const { return readings.empty(); }
  void reserve(std::size_t count) {
    owner_of.reserve(count);
    readings.reserve(count);
  }
  // Of the reading that was put into `readings` last.
  void set_owner(std::string_view owner) {
    if (owners.empty() || owners.back() != owner) owners.emplace_back(owner);
    owner_of.push_back(static_cast<std::uint32_t>(owners.size() - 1));
  }
  // A reading with its owner's text.
  void add(const Reading& reading) {
    Reading& kept = readings.emplace_back(reading);
    stedi::owner_of(kept).clear();
    set_owner(stedi::owner_of(reading));
  }
  // With its owner's text.
  Reading whole(std::size_t index) const {
    Reading reading = readings[index];
    stedi::owner_of(reading) = owners[owner_of[index]];
    return reading;
  }
};

// One of a kind for each sensor stream: a block, rows, statements.
template <template <typename> typename Kind>
class EachSensor {
 public:
  template <SensorReading Reading>
  Kind<Reading>& of() {
    return std::get<Kind<Reading>>(all_);
  }
  template <SensorReading Reading>
  const Kind<Reading>& of() const {
    return std::get<Kind<Reading>>(all_);
  }
  template <typename Visit>
  void for_each(Visit&& visit) {
    std::apply([&](auto&... one) { (visit(one), ...); }, all_);
  }
  template <typename Visit>
  void for_each(Visit&& visit) const {
    std::apply([&](const auto&... one) { (visit(one), ...); }, all_);
  }

 private:
  template <typename Readings>
  struct Tuple;
  template <typename... Reading>
  struct Tuple<std::tuple<Reading...>> {
    using type = std::tuple<Kind<Reading>...>;
  };
  typename Tuple<SensorReadings>::type all_;
};

}  // namespace stedi
