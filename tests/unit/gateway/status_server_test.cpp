#include "gateway/status_server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/network.hpp"

namespace stedi::gateway {
namespace {

struct StatusServerTest : testing::Test {
  std::unique_ptr<StatusServer> server;
  std::uint16_t port = 0;

  void SetUp() override {
    StatusPages pages{[] { return std::optional<std::string>(); }, [] { return std::string("metrics"); }};
    auto started = StatusServer::start({"127.0.0.1", 0}, std::move(pages));
    ASSERT_TRUE(started) << started.error().message;
    server = std::move(*started);
    port = static_cast<std::uint16_t>(std::stoi(server->url().substr(server->url().rfind(':') + 1)));
  }
};

// Connects and says nothing.
class IdleConnection {
 public:
  explicit IdleConnection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  }
  IdleConnection(const IdleConnection&) = delete;
  IdleConnection& operator=(const IdleConnection&) = delete;
  ~IdleConnection() { ::close(socket_); }
  bool is_open() const {
    char byte = 0;
    return ::recv(socket_, &byte, 1, MSG_DONTWAIT | MSG_PEEK) < 0;  // neither an answer nor the end
  }

 private:
  int socket_;
};

TEST_F(StatusServerTest, SilentConnectionsDoNotKeepItFromAnswering) {
  // More than the library's threads on a small machine; as many at once as its listen queue of 5 takes, one
  // more is asked to come again a second later by the kernel.
  const IdleConnection idle[] = {IdleConnection(port), IdleConnection(port), IdleConnection(port),
                                 IdleConnection(port), IdleConnection(port)};
  const auto answer = test::http_get(port, "/healthz");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(idle[0].is_open()) << "it was answered while they were still there";
}

TEST(StatusServer, ATakenAddressFailsAndAForeignOneIsWrongUsage) {
  StatusPages pages{[] { return std::optional<std::string>(); }, [] { return std::string(); }};
  const auto first = StatusServer::start({"127.0.0.1", 0}, pages);
  ASSERT_TRUE(first);
  const auto port =
      static_cast<std::uint16_t>(std::stoi((*first)->url().substr((*first)->url().rfind(':') + 1)));
  const auto taken = StatusServer::start({"127.0.0.1", port}, pages);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().fault, Fault::failed);
  const auto foreign = StatusServer::start({"203.0.113.7", 0}, pages);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().fault, Fault::usage);
}

}  // namespace
}  // namespace stedi::gateway
