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
    return spdlog::info("stopped: everything taken in is on disk and acknowledged");
  spdlog::warn(
      "stopped: everything taken in is on disk; acknowledgements not sent since the start: {}, messages not "
      "confirmed by the broker: {}{}; devices send again what they saw no acknowledgement of",
      farewell.acks_dropped, farewell.unconfirmed, farewell.broker_was_there ? "" : ", which is away");
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
      "Lands what STEDI devices send over MQTT in a store on this machine, and acknowledges only what is on "
      "disk.\nSIGTERM or SIGINT: lands and acknowledges what it holds, then exits 0.");
  std::string config_file;
  Overrides overrides;
  app.add_option("--config", config_file, "Configuration, as config/gateway.toml")
      ->required()
      ->type_name("FILE");
  app.add_option("--store", overrides.store, "Folder of the store; made when absent")->type_name("DIR");
  app.add_option(
         "--keys", overrides.keys,
         "Folder for the store's keys, outside of it (default: STORE-keys). Checked only: the gateway "
         "uses no key yet")
      ->type_name("DIR");
  app.add_option("--broker", overrides.broker_url, "mqtt://, tcp://, mqtts:// or ssl:// HOST[:PORT]")
      ->type_name("URL");
  app.add_option("--http", overrides.http,
                 "Where /healthz, /readyz and /metrics are; port 0 picks a free one")
      ->type_name("HOST:PORT");
  app.footer("Exit status: 0 stopped as told, 1 failed, 2 wrong usage or configuration.");
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
