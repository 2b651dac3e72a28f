#include "firmware_sim/feed/replay.hpp"

#include "core/digest/digest.hpp"
#include "core/record/decode.hpp"
#include "firmware_sim/feed/attribution.hpp"
#include "firmware_sim/feed/seed_files.hpp"

namespace stedi::firmware {

Result<Recording> load_recording(const std::filesystem::path& folder) {
  const auto files = TRY(find_seed_files(folder));
  RecordingBuilder builder;
  Attributor attributor(builder);
  Sha256Stream digest;
  Sha256Stream name_key;  // of the same, yet not to be had from the digest, which the spool keeps
  name_key.update("names of devices\n");
  std::size_t bytes = 0;
  std::error_code error;
  const auto root = std::filesystem::canonical(folder, error);
  for (const SeedFile& file : files) {
    auto text = TRY(read_whole(file.path));
    bytes += text.size();
    if (bytes > max_data_set_bytes)
      return fail(folder.string() + ": more than 2 GiB: replay it in parts, each with a spool of its own");
    const std::string named = file.path.lexically_relative(root).string() + '\0' + hex(sha256(text));
    digest.update(named);
    name_key.update(named);
    const std::size_t content_bytes = text.size();
    text.append(decode_padding_bytes, ' ');
    const std::string_view kept = builder.keep(std::move(text));
    for_each_line(kept.substr(0, content_bytes),
                  [&](std::string_view line) { attributor.add(file.stream, line); });
  }
  Recording recording = builder.finish();
  recording.digest = hex(digest.finish());
  recording.name_key = hex(name_key.finish());
  return recording;
}

}  // namespace stedi::firmware
