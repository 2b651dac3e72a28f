#include "core/mqtt/no_delay.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <charconv>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>

namespace stedi::mqtt {

namespace {

std::optional<std::uint16_t> peer_port(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return std::nullopt;
  if (address.ss_family == AF_INET) {
    sockaddr_in peer{};
    std::memcpy(&peer, &address, sizeof(peer));
    return ntohs(peer.sin_port);
  }
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 peer{};
    std::memcpy(&peer, &address, sizeof(peer));
    return ntohs(peer.sin6_port);
  }
  return std::nullopt;
}

}  // namespace

void send_without_delay(std::uint16_t port) {
  // Paho keeps its socket to itself, so it is looked for among the process's own descriptors.
  std::error_code error;
  for (std::filesystem::directory_iterator file("/proc/self/fd", error), end; !error && file != end;
       file.increment(error)) {
    const std::string name = file->path().filename();
    int descriptor = -1;
    std::from_chars(name.data(), name.data() + name.size(), descriptor);
    const int yes = 1;
    if (descriptor >= 0 && peer_port(descriptor) == port)
      ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  }
}

}  // namespace stedi::mqtt
