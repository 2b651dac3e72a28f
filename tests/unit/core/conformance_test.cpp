// The conformance vectors of core/wire/PROTOCOL.md.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/wire/ack.hpp"
#include "core/wire/envelope.hpp"
#include "core/wire/topic.hpp"

namespace stedi::wire {
namespace {

using Json = nlohmann::json;

Json vectors(const std::string& name) {
  std::ifstream file(std::string(STEDI_SOURCE_DIR) + "/core/wire/vectors/" + name);
  return Json::parse(file);
}

Json text_or_null(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json();
}
Json number_or_null(const std::optional<std::int64_t>& number) {
  return number ? Json(*number) : Json();
}

TEST(Conformance, Payloads) {
  const Json all = vectors("payloads.json");
  ASSERT_GT(all.size(), 30U);
  for (const Json& vector : all) {
    const std::string name = vector["name"];
    PayloadDecoder decoder;
    const Payload payload = decoder.decode(*stream_named(vector["stream"].get<std::string>()),
                                           vector["payload"].get<std::string>());
    EXPECT_EQ(payload.landed_records(), vector["landed"]) << name;
    Json refused = Json::array();
    for (const RefusedRecord& record : payload.refused) refused.push_back(reason_name(record.reason));
    EXPECT_EQ(refused, vector["refused"]) << name;
    EXPECT_EQ(payload.name ? Json(payload.name->boot) : Json(), vector.value("boot", Json())) << name;
    EXPECT_EQ(payload.name ? Json(payload.name->seq) : Json(), vector.value("seq", Json())) << name;
    const RefusedEnvelope echo = payload.refused_envelope.value_or(RefusedEnvelope{});
    EXPECT_EQ(text_or_null(echo.boot), vector.value("refused_boot", Json())) << name;
    EXPECT_EQ(number_or_null(echo.seq), vector.value("refused_seq", Json())) << name;
  }
}

TEST(Conformance, Acks) {
  const Json all = vectors("acks.json");
  ASSERT_GT(all.size(), 5U);
  for (const Json& vector : all) {
    EXPECT_EQ(decode_ack(vector["payload"].get<std::string>()).has_value(), vector["valid"])
        << vector["name"];
  }
}

// A reason that is not in the normative text is a reason nobody can look up.
TEST(Conformance, EveryReasonStandsInTheProtocol) {
  std::ifstream file(std::string(STEDI_SOURCE_DIR) + "/core/wire/PROTOCOL.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (int i = 0; i < static_cast<int>(reason_count); ++i) {
    const std::string name(reason_name(static_cast<Reason>(i)));
    EXPECT_NE(text.find("`" + name + "`"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace stedi::wire
