#include "megaphone/connect/connect_pool.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "connect_pool_inside.h"
#include "megaphone/base/descriptor_marks.h"
#include "megaphone/base/host_name.h"
#include "megaphone/log/log.h"
#include "resolv_conf.h"
#include "system_file.h"

namespace megaphone::connect {
namespace {

std::optional<Host> parseHost(const std::string& text) {
  if (const auto address = IpAddress::parse(text)) return Host(address->unmapped());
  if (auto name = normalName(text)) return Host(*std::move(name));
  return std::nullopt;
}

std::string destinationKey(const Host& host, std::uint16_t port) {
  if (const auto* address = std::get_if<IpAddress>(&host)) return Endpoint{*address, port}.text();
  return std::get<std::string>(host) + ':' + std::to_string(port);
}

// Shortens a client's text for a message.
std::string shortened(const std::string& host) {
  constexpr std::size_t kMost = 80;
  return host.size() <= kMost ? host : host.substr(0, kMost) + "...";
}

// Warns at start if no name server is configured. Says nothing while the file cannot be read.
void warnWithoutServers(const config::Dns& dns) {
  if (!dns.servers.empty()) return;
  const Resolver::Options standard;
  const auto text = SystemFile(standard.resolvConf, Duration::zero()).read(monoNow());
  if (!text || !readResolvConf(*text, standard.resolvConfPort).servers.empty()) return;
  log::warning("dns: no name servers: " + standard.resolvConf +
               " names none and [dns] servers is empty; names are asked of 127.0.0.1");
}

unsigned workersOf(const config::DaemonSettings& limits) { return std::max(limits.connect_workers, 1u); }

}  // namespace

ConnectPool::Inside::Inside(const config::DaemonSettings& limits, const config::Dns& dns, const Ports& ports,
                            const std::vector<capture::Lane*>& lanes, access::OwnAddressesPtr own)
    : admission(std::make_shared<Admission>(limits, workersOf(limits) + 1, hash)),
      own_(std::move(own)),
      crowdedFrom_(marksFor(descriptorLimit()).crowded),
      ownPorts_(std::make_shared<const Ports>(ports)) {
  const auto health = std::make_shared<ServerHealth>();
  for (unsigned i = 0; i < workersOf(limits); ++i) {
    Resolver::Options options;
    options.dns = dns;
    options.health = health;
    options.maxNamesAsked = limits.max_pending_connects;
    workers.push_back(
        std::make_unique<ConnectWorker>(i, std::move(options), hash, i < lanes.size() ? lanes[i] : nullptr));
  }
}

Result<Order> ConnectPool::Inside::admit(Job job, OutcomeMailbox& answerTo) {
  assert(job.rules);
  auto host = parseHost(job.host);
  if (!host) return Error{Reason::dns_error, Side::client, 0, "look up " + shortened(job.host) + " (not a host name)"};
  auto ticket = admission->enter(placeFor(*host), destinationKey(*host, job.port), job.client);
  if (!ticket) return std::move(ticket.error());
  const bool absolute = job.host.ends_with('.');
  return Order{std::move(job), *std::move(host), absolute,  std::move(*ticket), ownPorts(),
               own_,           crowdedFrom_,     &answerTo, monoNow()};
}

// Returns the place in Admission: one for each worker, then one for what the loops dial.
std::size_t ConnectPool::Inside::placeFor(const Host& host) const {
  const auto* name = std::get_if<std::string>(&host);
  return name ? indexFor(*name) : workers.size();
}

void ConnectPool::Inside::change(const Ports& ports) {
  const std::lock_guard lock(mutex_);
  ownPorts_ = std::make_shared<const Ports>(ports);
}

std::shared_ptr<const Ports> ConnectPool::Inside::ownPorts() {
  const std::lock_guard lock(mutex_);
  return ownPorts_;
}

ConnectPool::ConnectPool(const config::DaemonSettings& limits, const config::Dns& dns,
                         const std::vector<std::uint16_t>& ownProxyPorts, const std::vector<capture::Lane*>& lanes,
                         access::OwnAddressesPtr own)
    : inside_(std::make_unique<Inside>(limits, dns, ownProxyPorts, lanes, std::move(own))) {}

ConnectPool::~ConnectPool() = default;

void ConnectPool::change(const config::DaemonSettings& limits, const config::Dns& dns,
                         const std::vector<std::uint16_t>& ownProxyPorts) {
  if (!ownProxyPorts.empty()) warnWithoutServers(dns);
  inside_->admission->change(limits);
  inside_->change(ownProxyPorts);
  for (auto& worker : inside_->workers) worker->change({dns, limits.max_pending_connects});
}

void ConnectPool::ask(const std::function<void(unsigned worker)>& onPresent) {
  for (auto& worker : inside_->workers) worker->ask(onPresent);
}

std::vector<ConnectPool::WorkerFigures> ConnectPool::figures() const {
  const std::vector<std::uint32_t> pending = inside_->admission->pending();
  std::vector<WorkerFigures> figures;
  for (const auto& worker : inside_->workers) figures.push_back({pending[figures.size()], worker->names()});
  return figures;
}

std::size_t ConnectPool::pendingOnLoops() const { return inside_->admission->pending().back(); }

}  // namespace megaphone::connect
