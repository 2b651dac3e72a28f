#include "core/mqtt/broker_url.hpp"

#include <charconv>
#include <fstream>
#include <optional>
#include <utility>

namespace stedi::mqtt {

namespace {

Failure bad_url() {
  return usage_error("broker URL: expected tcp://, mqtt://, ssl:// or mqtts:// with HOST[:PORT]");
}

std::optional<bool> uses_tls(std::string_view scheme) {
  if (scheme == "tcp" || scheme == "mqtt") return false;
  if (scheme == "ssl" || scheme == "mqtts") return true;
  return std::nullopt;
}

// %XX as the byte it stands for; anything else as it is.
std::string percent_decoded(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    unsigned char byte = 0;
    const char* digits = text.data() + 1;
    const bool escape = text.front() == '%' && text.size() >= 3 &&
                        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2;
    decoded += escape ? static_cast<char>(byte) : text.front();
    text.remove_prefix(escape ? 3 : 1);
  }
  return decoded;
}

void take_credentials(std::string_view& authority, BrokerUrl& url) {
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return;
  const std::string_view credentials = authority.substr(0, at);
  const std::size_t colon = credentials.find(':');
  url.username = percent_decoded(credentials.substr(0, colon));
  if (colon != std::string_view::npos) url.password = percent_decoded(credentials.substr(colon + 1));
  authority.remove_prefix(at + 1);
}

// Where the host ends; an IPv6 address stands in brackets, because it has colons of its own.
std::size_t host_size(std::string_view authority) {
  if (!authority.starts_with('[')) return std::min(authority.find(':'), authority.size());
  const std::size_t bracket = authority.find(']');
  return bracket == std::string_view::npos ? 0 : bracket + 1;
}

bool take_port(std::string_view rest, BrokerUrl& url) {
  if (rest.empty()) return true;
  if (rest.front() != ':') return false;
  rest.remove_prefix(1);
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), url.port);
  return error == std::errc() && end == rest.data() + rest.size() && url.port > 0;
}

}  // namespace

std::string BrokerUrl::address() const {
  return (tls ? "ssl://" : "tcp://") + host + ":" + std::to_string(port);
}

Result<BrokerUrl> parse_broker_url(std::string_view text) {
  const std::size_t separator = text.find("://");
  if (separator == std::string_view::npos) return bad_url();
  const auto tls = uses_tls(text.substr(0, separator));
  if (!tls) return bad_url();
  BrokerUrl url;
  url.tls = *tls;
  url.port = *tls ? 8883 : 1883;
  std::string_view authority = text.substr(separator + 3);
  take_credentials(authority, url);
  if (authority.ends_with('/')) authority.remove_suffix(1);
  const std::size_t size = host_size(authority);
  url.host = authority.substr(0, size);
  if (url.host.empty() || url.host.find_first_of("/?# ") != std::string::npos) return bad_url();
  if (!take_port(authority.substr(size), url)) return bad_url();
  return url;
}

Result<BrokerUrl> broker_of(const Options& options) {
  for (const auto& [file, what] :
       {std::pair{options.ca_file, "ca_file"}, std::pair{options.cert_file, "cert_file"},
        std::pair{options.key_file, "key_file"}}) {
    if (!file.empty() && !std::ifstream(file).good())
      return usage_error("broker: " + std::string(what) + " " + file + " cannot be read");
  }
  return parse_broker_url(options.broker_url);
}

}  // namespace stedi::mqtt
