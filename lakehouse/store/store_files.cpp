#include "lakehouse/store/store_files.hpp"

#include "lakehouse/landing/store.hpp"

namespace stedi::lakehouse {

std::filesystem::path ledger_file(const StoreFolder& store) {
  return store.dir / "ledger.db";
}

std::string zones_name(Profile profile) {
  return "zones-" + std::string(profile_name(profile)) + ".db";
}
std::filesystem::path zones_file(const std::filesystem::path& store_dir, Profile profile) {
  return store_dir / zones_name(profile);
}
std::filesystem::path zones_log_file(const std::filesystem::path& store_dir, Profile profile) {
  return store_dir / (zones_name(profile) + "-wal");
}
std::filesystem::path zones_lock_file(const std::filesystem::path& store_dir, Profile profile) {
  return zones_file(store_dir, profile).replace_extension(".lock");
}

const std::vector<std::string>& store_files() {
  static const std::vector<std::string> files = [] {
    std::vector<std::string> names;
    for (const Profile profile : all_profiles) names.push_back(zones_name(profile));
    names.push_back(ledger_file({}).string());
    names.push_back(landing::landing_file("").string());
    return names;
  }();
  return files;
}

}  // namespace stedi::lakehouse
