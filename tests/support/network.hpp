// Loopback network: a free port, whether something listens, a small HTTP GET.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace stedi::test {

// A TCP port of 127.0.0.1 that was free a moment ago; whoever binds it must be ready to lose the race.
std::uint16_t free_port();

bool accepts_connections(std::uint16_t port);

struct HttpResponse {
  int status = 0;
  std::string body;
};

// nullopt when nobody answers.
std::optional<HttpResponse> http_get(std::uint16_t port, const std::string& path);

}  // namespace stedi::test
