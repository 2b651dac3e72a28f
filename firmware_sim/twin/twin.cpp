#include "firmware_sim/twin/twin.hpp"

#include <algorithm>
#include <fstream>

#include "core/digest/digest.hpp"
#include "core/record/decode.hpp"
#include "firmware_sim/feed/attribution.hpp"
#include "firmware_sim/feed/seed_files.hpp"
#include "firmware_sim/twin/casting.hpp"
#include "firmware_sim/twin/malformed.hpp"
#include "firmware_sim/twin/person.hpp"
#include "firmware_sim/twin/truth.hpp"

namespace stedi::firmware {

namespace {

// Newest first, as the public files run.
template <typename Record>
void append(std::vector<Said<Record>> said, std::vector<Record>& planned, std::string& text) {
  std::reverse(said.begin(), said.end());
  for (Said<Record>& one : said) {
    text += one.line + '\n';
    planned.push_back(std::move(one.record));
  }
}

using MalformedLine = std::string (*)(std::size_t, const Person&);

// Spreads `count` malformed lines evenly among `people` people; called after each person.
void append_malformed(std::int64_t count, std::size_t people, std::size_t number, const Person& person,
                      MalformedLine line, std::string& text, std::size_t& planned) {
  const auto total = static_cast<std::size_t>(count);
  for (std::size_t n = number * total / people; n < (number + 1) * total / people; ++n) {
    text += line(n, person) + '\n';
    ++planned;
  }
}

void append_person(const TwinScenario& scenario, std::size_t number, const Part& part, const Person& person,
                   TwinTruth& truth, Twin& twin) {
  PersonSaid said{customer_records(scenario, number, part, person),
                  accelerometer_readings(scenario, number, part, person),
                  step_trainer_readings(scenario, number, part, person)};
  truth.add(part, person, said);
  if (part.has_duplicate_record) said.customer.push_back(said.customer.back());
  append(std::move(said.customer), twin.planned.customers, twin.texts.customer);
  append(std::move(said.accelerometer), twin.planned.accelerometer, twin.texts.accelerometer);
  append(std::move(said.step_trainer), twin.planned.step_trainer, twin.texts.step_trainer);
}

}  // namespace

Twin generate_twin(const TwinScenario& scenario) {
  const std::vector<Part> parts = cast_people(scenario);
  const TwinDefects& defects = scenario.defects;
  Twin twin;
  TwinTruth truth;
  for (std::size_t number = 0; number < parts.size(); ++number) {
    const Person person = make_person(scenario, number, parts[number]);
    append_person(scenario, number, parts[number], person, truth, twin);
    append_malformed(defects.malformed_customer, parts.size(), number, person, malformed_customer,
                     twin.texts.customer, twin.planned.malformed);
    append_malformed(defects.malformed_accelerometer, parts.size(), number, person, malformed_accelerometer,
                     twin.texts.accelerometer, twin.planned.malformed);
    append_malformed(defects.malformed_step_trainer, parts.size(), number, person, malformed_step_trainer,
                     twin.texts.step_trainer, twin.planned.malformed);
  }
  const SeedRecords& planned = twin.planned;
  twin.expected = truth.counts({planned.customers.size(), planned.accelerometer.size(),
                                planned.step_trainer.size(), planned.malformed});
  return twin;
}

Recording record_twin(const TwinScenario& scenario, SeedTexts texts) {
  RecordingBuilder builder;
  Attributor attributor(builder);
  const std::string digest = hex(sha256(hex(sha256(texts.customer)) + hex(sha256(texts.accelerometer)) +
                                        hex(sha256(texts.step_trainer))));
  const auto add = [&](Stream stream, std::string text) {
    const std::size_t content_bytes = text.size();
    text.append(decode_padding_bytes, ' ');
    const std::string_view kept = builder.keep(std::move(text));
    for_each_line(kept.substr(0, content_bytes),
                  [&](std::string_view line) { attributor.add(stream, line); });
  };
  add(Stream::customer, std::move(texts.customer));
  add(Stream::accelerometer, std::move(texts.accelerometer));
  add(Stream::step_trainer, std::move(texts.step_trainer));
  Recording recording = builder.finish();
  recording.digest = digest;
  recording.identity_seed = scenario.name + ":" + std::to_string(scenario.seed);
  return recording;
}

Result<void> write_seed_files(const std::filesystem::path& folder, const TwinScenario& scenario,
                              const SeedTexts& texts) {
  const auto write = [&](const std::string& stream, const std::string& text) -> Result<void> {
    const std::filesystem::path landing = folder / stream / "landing";
    std::error_code error;
    std::filesystem::create_directories(landing, error);
    if (error) return fail("cannot create the folder " + landing.string() + ": " + error.message());
    const std::filesystem::path file = landing / (stream + "-" + scenario.name + ".json");
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out) return fail("cannot write " + file.string());
    return {};
  };
  TRY(write("customer", texts.customer));
  TRY(write("accelerometer", texts.accelerometer));
  return write("step_trainer", texts.step_trainer);
}

}  // namespace stedi::firmware
