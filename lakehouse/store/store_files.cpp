#include "lakehouse/store/store_files.hpp"

#include "lakehouse/landing/store.hpp"
#include "lakehouse/tables/profile.hpp"

namespace stedi::lakehouse {

std::filesystem::path ledger_file(const StoreFolder& store) {
  return store.dir / "ledger.db";
}

const std::vector<std::string>& store_files() {
  static const std::vector<std::string> files = [] {
    std::vector<std::string> names;
    for (const Profile profile : all_profiles)
      names.push_back(landing::zones_file("", profile_name(profile)).string());
    names.push_back(ledger_file({}).string());
    names.push_back(landing::landing_file("").string());
    return names;
  }();
  return files;
}

}  // namespace stedi::lakehouse
