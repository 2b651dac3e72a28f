#include "core/record/reason.hpp"

namespace stedi {

std::string_view reason_name(Reason reason) {
  switch (reason) {
    case Reason::malformed_json:
      return "malformed_json";
    case Reason::trailing_bytes:
      return "trailing_bytes";
    case Reason::not_an_object:
      return "not_an_object";
    case Reason::duplicate_key:
      return "duplicate_key";
    case Reason::missing_field:
      return "missing_field";
    case Reason::empty_field:
      return "empty_field";
    case Reason::wrong_type:
      return "wrong_type";
    case Reason::fractional_time:
      return "fractional_time";
    case Reason::out_of_range:
      return "out_of_range";
    case Reason::non_finite:
      return "non_finite";
    case Reason::string_too_long:
      return "string_too_long";
    case Reason::record_too_long:
      return "record_too_long";
    case Reason::nested_too_deep:
      return "nested_too_deep";
    case Reason::message_too_long:
      return "message_too_long";
    case Reason::too_many_records:
      return "too_many_records";
    case Reason::bad_envelope:
      return "bad_envelope";
    case Reason::unsupported_version:
      return "unsupported_version";
    case Reason::needs_envelope:
      return "needs_envelope";
    case Reason::identity_conflict:
      return "identity_conflict";
    case Reason::not_authorised:
      return "not_authorised";
    case Reason::not_storable:
      return "not_storable";
  }
  return "unknown";
}

std::optional<Reason> reason_named(std::string_view name) {
  for (std::size_t i = 0; i < reason_count; ++i) {
    const auto reason = static_cast<Reason>(i);
    if (reason_name(reason) == name) return reason;
  }
  return std::nullopt;
}

}  // namespace stedi
