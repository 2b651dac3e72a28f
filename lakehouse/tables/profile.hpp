// The two policies a store can be curated by.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace stedi::lakehouse {

enum class Profile {
  strict,     // a reading counts from the moment its person agreed; the default
  reference,  // the numbers everybody publishes, for comparison
};

inline constexpr std::array<Profile, 2> all_profiles = {Profile::strict, Profile::reference};

inline std::string_view profile_name(Profile profile) {
  return profile == Profile::strict ? "strict" : "reference";
}

// The tables everybody knows, in the order they are made and shown.
inline constexpr std::array<std::string_view, 5> zone_tables = {"customer_trusted", "accelerometer_trusted",
                                                                "customers_curated", "step_trainer_trusted",
                                                                "machine_learning_curated"};

}  // namespace stedi::lakehouse
