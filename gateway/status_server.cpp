#include "gateway/status_server.hpp"

#include <httplib.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace stedi::gateway {

namespace {

constexpr auto plain_text = "text/plain; charset=utf-8";
constexpr auto prometheus = "text/plain; version=0.0.4; charset=utf-8";

// The library's default, SO_REUSEPORT, would let two gateways share a port without a word.
void only_reuse_address(socket_t socket) {
  const int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
}

// Whether this machine can listen there at all: else another start would not mend it.
Result<void> check_host(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), "0", &hints, &found) != 0)
    return usage_error("status: unknown host " + host + "; use 127.0.0.1 or an address of this machine");
  const int probe = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool is_ours = probe >= 0 && ::bind(probe, found->ai_addr, found->ai_addrlen) == 0;
  if (probe >= 0) ::close(probe);
  ::freeaddrinfo(found);
  if (is_ours) return {};
  return usage_error("status: " + host + " is not an address of this machine; use 127.0.0.1");
}

class HttplibServer final : public StatusServer {
 public:
  HttplibServer(StatusPages pages, StatusLimits limits) : pages_(std::move(pages)) {
    server_.new_task_queue = [threads = limits.threads] { return new httplib::ThreadPool(threads); };
    server_.set_socket_options(only_reuse_address);
    server_.set_keep_alive_max_count(1);
    server_.set_keep_alive_timeout(limits.patience.count());
    server_.set_read_timeout(limits.patience);
    server_.set_write_timeout(limits.patience);
    server_.set_payload_max_length(limits.max_request_bytes);
    server_.Get("/healthz", [](const httplib::Request&, httplib::Response& response) {
      response.set_content("alive\n", plain_text);
    });
    server_.Get("/readyz",
                [this](const httplib::Request&, httplib::Response& response) { show_readiness(response); });
    server_.Get("/metrics", [this](const httplib::Request&, httplib::Response& response) {
      response.set_content(pages_.metrics(), prometheus);
    });
  }
  ~HttplibServer() override {
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }

  Result<void> listen(const HttpAddress& address) {
    TRY(check_host(address.host));
    int port = address.port;
    if (port == 0) {
      port = server_.bind_to_any_port(address.host);
    } else if (!server_.bind_to_port(address.host, port)) {
      port = -1;
    }
    const std::string host =
        address.host.find(':') == std::string::npos ? address.host : "[" + address.host + "]";
    if (port <= 0)
      return fail("status: cannot listen on " + host + ":" + std::to_string(address.port) +
                  "; is another gateway running?");
    url_ = "http://" + host + ":" + std::to_string(port);
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();  // else stop() could come before the start
    return {};
  }

  std::string url() const override { return url_; }

 private:
  void show_readiness(httplib::Response& response) const {
    const auto reason = pages_.why_not_ready();
    if (reason) response.status = 503;
    response.set_content(reason ? *reason + "\n" : "ready\n", plain_text);
  }

  const StatusPages pages_;
  httplib::Server server_;
  std::string url_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<StatusServer>> StatusServer::start(const HttpAddress& address, StatusPages pages,
                                                          StatusLimits limits) {
  auto server = std::make_unique<HttplibServer>(std::move(pages), limits);
  TRY(server->listen(address));
  return server;
}

}  // namespace stedi::gateway
