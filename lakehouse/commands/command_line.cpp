#include "lakehouse/commands/commands.hpp"
#include "lakehouse/store/store_files.hpp"

namespace stedi::lakehouse {

StoreFolder CommandLine::store() const {
  namespace fs = std::filesystem;
  // STORE/, a link to it, and . within it name the same folder: their keys must stand in the same place.
  std::error_code error;
  fs::path dir = fs::weakly_canonical(fs::absolute(fs::path(store_dir), error), error);
  if (!dir.has_filename()) dir = dir.parent_path();
  return {dir, keys_dir.empty() ? fs::path(dir.string() + "-keys") : fs::path(keys_dir)};
}

Result<Retention> CommandLine::retention() const {
  if (config_file.empty()) return load_retention(store(), std::nullopt);
  return load_retention(store(), config_file);
}

void add_profile_option(CLI::App& command, std::optional<Profile>& profile) {
  static const std::map<std::string, Profile> names = {{"strict", Profile::strict},
                                                       {"reference", Profile::reference}};
  command
      .add_option("--profile", profile,
                  "strict (default; readings count from the moment the person agreed) or reference (the "
                  "published rules)")
      ->transform(one_of(names))
      ->type_name("PROFILE");
}

void add_json_flag(CLI::App& command, Format& format) {
  command.add_flag_callback(
      "--json", [&format] { format = Format::json; }, "Print JSON");
}

std::string log_not_emptied(Profile profile) {
  return "an open reader keeps deleted rows in " + zones_log_file("", profile).string() +
         ": close that reader; the next run, query or validate removes them";
}

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

}  // namespace stedi::lakehouse
