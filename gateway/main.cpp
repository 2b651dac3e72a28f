// stedi-gateway: parses, wires, runs until SIGTERM or SIGINT.
#include <malloc.h>
#include <pthread.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "gateway/gateway.hpp"

namespace {

using namespace stedi;
using namespace stedi::gateway;

int report(const Error& error) {
  std::cerr << "stedi-gateway: " << error.message << '\n';
  return exit_status(error.fault);
}

void start_log(const std::string& level) {
  auto log = spdlog::stderr_logger_mt("gateway");
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  log->set_level(spdlog::level::from_str(level));
  log->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(log));
}

// Blocked in every thread, so that they wait for sigwait().
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file at its size limit is an error to report
  return signals;
}

Result<GatewayConfig> configuration(const std::string& file, const Overrides& overrides) {
  auto table = TRY(ConfigTable::load(file));
  auto config = TRY(read_config(std::move(table)));
  TRY(complete(config, overrides));
  return config;
}

void log_farewell(const Farewell& farewell) {
  if (farewell.acks_dropped == 0 && farewell.unconfirmed == 0 && farewell.broker_was_there)
    return spdlog::info("stopped: everything received is on disk and acknowledged");
  spdlog::warn(
      "stopped: everything received is on disk; acknowledgements not sent since the start: {}, messages not "
      "confirmed by the broker: {}{}; devices will resend what was not acknowledged",
      farewell.acks_dropped, farewell.unconfirmed, farewell.broker_was_there ? "" : " (not connected)");
}

int run(const GatewayConfig& config) {
  // Messages are allocated on Paho's thread and freed on ours; more arenas would only spread the same memory.
  mallopt(M_ARENA_MAX, 2);
  const sigset_t signals = block_signals();
  start_log(config.log_level);
  auto gateway = Gateway::start(config);
  if (!gateway) return report(gateway.error());
  int signal = 0;
  sigwait(&signals, &signal);
  spdlog::info("stopping");
  const auto stopped = (*gateway)->stop();
  if (!stopped) return report(stopped.error());
  log_farewell(*stopped);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Receives data from STEDI devices over MQTT, stores it on this machine, and acknowledges only what is "
      "on disk.\nSIGTERM or SIGINT: stores and acknowledges what was received, then exits 0.");
  std::string config_file;
  Overrides overrides;
  app.add_option("--config", config_file, "Configuration file, for example config/gateway.toml")
      ->required()
      ->type_name("FILE");
  app.add_option("--store", overrides.store, "Store folder; created if missing")->type_name("DIR");
  app.add_option("--keys", overrides.keys,
                 "Keys folder, outside the store (default: STORE-keys). The gateway uses no key yet; it only "
                 "checks where the folder is")
      ->type_name("DIR");
  app.add_option("--broker", overrides.broker_url,
                 "Broker address: mqtt://, tcp://, mqtts:// or ssl:// HOST[:PORT]")
      ->type_name("URL");
  app.add_option("--http", overrides.http,
                 "Address of /healthz, /readyz and /metrics; port 0 picks a free port")
      ->type_name("HOST:PORT");
  app.footer("Exit status: 0 stopped by a signal, 1 failed, 2 wrong usage or configuration.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    return report({Fault::usage, std::string(error.what()) + "; see `stedi-gateway --help`"});
  }
  const auto config = configuration(config_file, overrides);
  return config ? run(*config) : report(config.error());
}
