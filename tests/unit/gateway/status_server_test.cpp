#include "gateway/status_server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include "tests/support/network.hpp"
#include "tests/support/wait_until.hpp"

namespace stedi::gateway {
namespace {

struct StatusServerTest : testing::Test {
  std::unique_ptr<StatusServer> server;
  std::uint16_t port = 0;

  void start(StatusLimits limits = {}) {
    StatusPages pages{[] { return std::optional<std::string>(); }, [] { return std::string("metrics"); }};
    auto started = StatusServer::start({"127.0.0.1", 0}, std::move(pages), limits);
    ASSERT_TRUE(started) << started.error().message;
    server = std::move(*started);
    port = static_cast<std::uint16_t>(std::stoi(server->url().substr(server->url().rfind(':') + 1)));
  }
};

// Says nothing unless told.
class Connection {
 public:
  explicit Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { ::close(socket_); }
  void say(const std::string& text) const {
    EXPECT_EQ(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  // Up to the end of the line; empty when it was closed before.
  std::string hear_line() const {
    std::string line;
    for (char byte = 0; ::recv(socket_, &byte, 1, 0) == 1 && byte != '\r';) line += byte;
    return line;
  }
  // By the other side.
  bool is_closed() const {
    char byte = 0;
    return ::recv(socket_, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
  }

 private:
  int socket_;
};

// With a patience that outlasts the test, a thread that a silent connection has is never free again.
TEST_F(StatusServerTest, SilentConnectionsFewerThanItsThreadsDoNotKeepItFromAnswering) {
  const StatusLimits limits{.threads = 12, .patience = std::chrono::seconds(20)};
  start(limits);
  std::vector<std::unique_ptr<Connection>> silent;
  while (silent.size() + 1 < limits.threads) silent.push_back(std::make_unique<Connection>(port));
  const Connection asking(port);
  asking.say("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(asking.hear_line(), "HTTP/1.1 200 OK");
  for (const auto& connection : silent) EXPECT_FALSE(connection->is_closed());
}

TEST_F(StatusServerTest, SilentConnectionsAreClosedAndTheirThreadsAnswerAgain) {
  start({.threads = 2, .patience = std::chrono::seconds(1)});
  const Connection silent[] = {Connection(port), Connection(port), Connection(port)};
  const auto answer = test::http_get(port, "/healthz");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  for (const Connection& connection : silent)
    EXPECT_TRUE(test::wait_until([&] { return connection.is_closed(); }));
}

TEST_F(StatusServerTest, ARequestIsReadUpToItsLimit) {
  start();
  const auto status_of = [this](std::size_t bytes) {
    const Connection asking(port);
    asking.say("POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n" +
               std::string(bytes, 'x'));
    return asking.hear_line();
  };
  EXPECT_EQ(status_of(StatusLimits().max_request_bytes), "HTTP/1.1 404 Not Found") << "nothing takes a body";
  EXPECT_EQ(status_of(StatusLimits().max_request_bytes + 1), "HTTP/1.1 413 Payload Too Large");
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
