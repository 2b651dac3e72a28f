// Lines that no reader may accept, each for a reason of its own.
#pragma once

#include <cstddef>
#include <string>

#include "firmware_sim/twin/person.hpp"

namespace stedi::firmware {

// The n-th malformed line of a stream: the kinds take turns. It would have been about `person`.
std::string malformed_customer(std::size_t n, const Person& person);
std::string malformed_accelerometer(std::size_t n, const Person& person);
std::string malformed_step_trainer(std::size_t n, const Person& person);

}  // namespace stedi::firmware
