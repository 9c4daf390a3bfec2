#include "megaphone/server/loop_worker.h"

#include <pthread.h>

#include <optional>
#include <thread>

#include "megaphone/uv/mailbox.h"
#include "session.h"
#include "tcp_service.h"
#include "uppercase_udp_service.h"

namespace megaphone::server {
namespace {

enum class Command : std::uint8_t { drain, stop };

}  // namespace

struct Listeners::Inside {
  config::SettingsPtr settings;
  std::vector<std::shared_ptr<ProxyListenerState>> proxies;
  std::vector<std::shared_ptr<UppercaseTcpListenerState>> uppercaseTcp;
  std::vector<std::uint16_t> ownUdpPorts;
};

Listeners::Listeners(config::SettingsPtr settings, const std::string& tag, std::vector<std::uint16_t> ownUdpPorts)
    : inside_(std::make_unique<Inside>()) {
  inside_->settings = std::move(settings);
  inside_->ownUdpPorts = std::move(ownUdpPorts);
  for (const auto& proxy : inside_->settings->proxies) {
    inside_->proxies.push_back(std::make_shared<ProxyListenerState>(proxy, tag));
  }
  for (const auto& tcp : inside_->settings->uppercase_tcp) {
    inside_->uppercaseTcp.push_back(std::make_shared<UppercaseTcpListenerState>(tcp));
  }
}

Listeners::~Listeners() = default;

// Order of members is order of life: sessions and services die before the context, the context before the loop.
struct LoopWorker::Inside {
  Inside(unsigned i, Listeners& l, const config::Settings& settings, connect::ConnectPool& pool,
         observe::RecordRing& records, std::function<void()> drained)
      : index(i),
        listeners(l.inside()),
        onDrained(std::move(drained)),
        // Ids of different loops never meet: the loop stands in the upper bits.
        context(loop, settings.daemon, pool, records, std::uint64_t{i} << 40),
        commands(loop, [this](Command command) { command == Command::drain ? drain() : stop(); }),
        lookAgain(loop, [this] { reportDrained(); }) {}

  void drain();
  void stop();
  void reportDrained();

  const unsigned index;
  Listeners::Inside& listeners;
  std::function<void()> onDrained;
  uv::Loop loop;
  LoopContext context;
  uv::Mailbox<Command> commands;
  uv::Timer lookAgain;
  std::vector<std::unique_ptr<TcpService>> tcpServices;
  std::vector<std::unique_ptr<UppercaseUdpService>> udpServices;
  std::thread thread;
};

void LoopWorker::Inside::drain() {
  if (context.draining) return;
  for (auto& service : tcpServices) service->finish();
  context.draining = true;
  tcpServices.clear();
  udpServices.clear();
  context.idleOrigins.closeAll();
  context.sessions.forEach([](Session& session) { session.drain(); });
  reportDrained();
}

// Sessions end one by one, seldom, and only while the daemon is stopping: looking is simpler than being told.
void LoopWorker::Inside::reportDrained() {
  if (context.sessions.empty())
    onDrained();
  else
    lookAgain.start(std::chrono::milliseconds(50));
}

void LoopWorker::Inside::stop() {
  tcpServices.clear();
  udpServices.clear();
  while (Session* session = context.sessions.front()) session->cut(Reason::daemon_stopping);
  context.idleOrigins.closeAll();
  loop.stop();
}

LoopWorker::LoopWorker(unsigned index, Listeners& listeners, const config::Settings& settings,
                       connect::ConnectPool& pool, observe::RecordRing& records, std::function<void()> onDrained)
    : inside_(std::make_unique<Inside>(index, listeners, settings, pool, records, std::move(onDrained))) {}

LoopWorker::~LoopWorker() = default;

void LoopWorker::addProxy(std::size_t index, UniqueFd fd) {
  inside_->tcpServices.push_back(makeProxyService(inside_->context, inside_->listeners.proxies[index], std::move(fd)));
}

void LoopWorker::addUppercaseTcp(std::size_t index, UniqueFd fd) {
  inside_->tcpServices.push_back(
      makeUppercaseTcpService(inside_->context, inside_->listeners.uppercaseTcp[index], std::move(fd)));
}

void LoopWorker::addUppercaseUdp(std::size_t index, UniqueFd fd) {
  const config::Settings& settings = *inside_->listeners.settings;
  inside_->udpServices.push_back(std::make_unique<UppercaseUdpService>(inside_->context, settings.uppercase_udp[index],
                                                                       std::move(fd), inside_->listeners.ownUdpPorts,
                                                                       settings.access_log.datagram_interval));
}

void LoopWorker::start() {
  inside_->thread = std::thread([this] {
    pthread_setname_np(pthread_self(), ("loop-" + std::to_string(inside_->index)).c_str());
    inside_->loop.run();
  });
}

void LoopWorker::drain() { inside_->commands.post(Command::drain); }
void LoopWorker::stop() { inside_->commands.post(Command::stop); }

void LoopWorker::join() {
  if (inside_->thread.joinable()) inside_->thread.join();
}

}  // namespace megaphone::server
