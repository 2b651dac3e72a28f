#include "core/wire/ack.hpp"

#include <nlohmann/json.hpp>

#include "core/record/json_check.hpp"
#include "core/record/limits.hpp"
#include "core/wire/envelope.hpp"
#include "core/wire/topic.hpp"

namespace stedi::wire {

namespace {

using Json = nlohmann::ordered_json;

// An ack goes out for nearly every batch of a quiet device: written by hand, without a tree of values.
void append_ranges(std::string& text, const std::vector<SeqRange>& ranges) {
  text += '[';
  for (const SeqRange& range : ranges) {
    if (text.back() != '[') text += ',';
    text += '[' + std::to_string(range.from) + ',' + std::to_string(range.to) + ']';
  }
  text += ']';
}

void append_refused(std::string& text, const RefusedBatch& batch) {
  text += '{';
  if (batch.stream) text += "\"stream\":" + json_string(stream_name(*batch.stream)) + ',';
  if (batch.seq) text += "\"seq\":" + std::to_string(*batch.seq) + ',';
  text += "\"reason\":" + json_string(batch.reason) + '}';
}

Failure bad_ack(std::string_view what) {
  return fail("ack: " + std::string(what));
}

bool is_seq(const Json& value) {
  return value.is_number_integer() && value.get<double>() >= 1 &&
         value.get<double>() <= static_cast<double>(limits::max_integer);
}

Result<std::vector<SeqRange>> decode_ranges(const Json& array) {
  if (!array.is_array()) return bad_ack("acked ranges are not an array");
  std::vector<SeqRange> ranges;
  for (const Json& pair : array) {
    if (!pair.is_array() || pair.size() != 2 || !is_seq(pair[0]) || !is_seq(pair[1])) {
      return bad_ack("a range is not [from, to]");
    }
    const SeqRange range{pair[0].get<std::int64_t>(), pair[1].get<std::int64_t>()};
    if (range.from > range.to) return bad_ack("a range runs backwards");
    ranges.push_back(range);
  }
  return ranges;
}

Result<RefusedBatch> decode_refused(const Json& object) {
  if (!object.is_object()) return bad_ack("a refused batch is not an object");
  RefusedBatch batch;
  if (const auto stream = object.find("stream"); stream != object.end() && stream->is_string()) {
    batch.stream = stream_named(stream->get<std::string>());
  }
  if (const auto seq = object.find("seq"); seq != object.end() && is_seq(*seq))
    batch.seq = seq->get<std::int64_t>();
  if (const auto reason = object.find("reason"); reason != object.end() && reason->is_string()) {
    batch.reason = reason->get<std::string>();
  }
  return batch;
}

Result<void> decode_acked(const Json& acked, Ack& ack) {
  if (!acked.is_object()) return bad_ack("acked is not an object");
  for (const auto& [name, ranges] : acked.items()) {
    const auto stream = stream_named(name);
    if (!stream) continue;  // of a later version: not ours to delete
    auto decoded = TRY(decode_ranges(ranges));
    ack.acked.emplace(*stream, std::move(decoded));
  }
  return {};
}

}  // namespace

std::string encode_ack(const Ack& ack) {
  std::string text = R"({"v":)" + std::to_string(protocol_version);
  if (ack.boot) text += R"(,"boot":)" + json_string(*ack.boot);
  text += R"(,"acked":{)";
  for (const auto& [stream, ranges] : ack.acked) {
    if (text.back() != '{') text += ',';
    text += json_string(stream_name(stream)) + ':';
    append_ranges(text, ranges);
  }
  text += R"(},"refused":[)";
  for (const RefusedBatch& batch : ack.refused) {
    if (text.back() != '[') text += ',';
    append_refused(text, batch);
  }
  return text + "]}";
}

Result<Ack> decode_ack(std::string_view payload) {
  const Json object = Json::parse(payload, nullptr, false);
  if (!object.is_object()) return bad_ack("not a JSON object");
  if (object.value("v", Json()) != Json(protocol_version)) return bad_ack("another protocol version");
  Ack ack;
  if (const auto boot = object.find("boot"); boot != object.end()) {
    if (!boot->is_string()) return bad_ack("boot is not a string");
    ack.boot = boot->get<std::string>();
  }
  if (const auto acked = object.find("acked"); acked != object.end()) TRY(decode_acked(*acked, ack));
  if (const auto refused = object.find("refused"); refused != object.end()) {
    if (!refused->is_array()) return bad_ack("refused is not an array");
    for (const Json& entry : *refused) {
      ack.refused.push_back(TRY(decode_refused(entry)));
    }
  }
  return ack;
}

}  // namespace stedi::wire
