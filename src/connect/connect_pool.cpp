#include "megaphone/connect/connect_pool.h"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

#include "admission.h"
#include "connect_worker.h"
#include "keyed_hash.h"
#include "megaphone/base/host_name.h"

namespace megaphone::connect {

struct ConnectPool::Inside {
  Inside(const config::Daemon& limits, const config::Dns& dns, const std::vector<std::uint16_t>& ports,
         const std::vector<capture::Lane*>& lanes);

  // The same for submit() and cancel(). A number has no name to remember: its jobs are spread by their ids.
  std::size_t workerFor(const std::variant<std::string, IpAddress>& host, JobId id) const;

  KeyedHash hash;
  Admission admission;  // outlives the workers, which hold tickets
  std::vector<std::unique_ptr<ConnectWorker>> workers;
};

namespace {

using Host = std::variant<std::string, IpAddress>;

std::optional<Host> parseHost(const std::string& text) {
  if (const auto address = IpAddress::parse(text)) return Host(address->unmapped());
  if (auto name = normalName(text)) return Host(*std::move(name));
  return std::nullopt;
}

std::string destinationKey(const Host& host, std::uint16_t port) {
  if (const auto* address = std::get_if<IpAddress>(&host)) return Endpoint{*address, port}.text();
  return std::get<std::string>(host) + ':' + std::to_string(port);
}

// For a message: what a client wrote may be long and strange.
std::string shortened(const std::string& host) {
  constexpr std::size_t kMost = 80;
  return host.size() <= kMost ? host : host.substr(0, kMost) + "...";
}

}  // namespace

ConnectPool::Inside::Inside(const config::Daemon& limits, const config::Dns& dns,
                            const std::vector<std::uint16_t>& ports, const std::vector<capture::Lane*>& lanes)
    : admission(limits, std::max(limits.connect_workers, 1u), hash) {
  const unsigned count = std::max(limits.connect_workers, 1u);
  for (unsigned i = 0; i < count; ++i) {
    Resolver::Options options;
    options.dns = dns;
    options.maxNamesAsked = limits.max_pending_connects;
    workers.push_back(
        std::make_unique<ConnectWorker>(i, std::move(options), hash, ports, i < lanes.size() ? lanes[i] : nullptr));
  }
}

std::size_t ConnectPool::Inside::workerFor(const Host& host, JobId id) const {
  if (const auto* name = std::get_if<std::string>(&host)) return hash(*name) % workers.size();
  return hash(std::string_view(reinterpret_cast<const char*>(&id), sizeof id)) % workers.size();
}

ConnectPool::ConnectPool(const config::Daemon& limits, const config::Dns& dns,
                         const std::vector<std::uint16_t>& ownProxyPorts, const std::vector<capture::Lane*>& lanes)
    : inside_(std::make_unique<Inside>(limits, dns, ownProxyPorts, lanes)) {}

ConnectPool::~ConnectPool() = default;

void ConnectPool::change(const config::Daemon& limits, const config::Dns& dns,
                         const std::vector<std::uint16_t>& ownProxyPorts) {
  inside_->admission.change(limits);
  for (auto& worker : inside_->workers) worker->change({dns, limits.max_pending_connects, ownProxyPorts});
}

Result<void> ConnectPool::submit(Job job) {
  assert(job.answerTo && job.rules);
  auto host = parseHost(job.host);
  if (!host) return Error{Reason::dns_error, Side::client, 0, "look up " + shortened(job.host) + " (not a host name)"};
  const std::size_t worker = inside_->workerFor(*host, job.id);
  auto ticket = inside_->admission.enter(worker, destinationKey(*host, job.port), job.client);
  if (!ticket) return std::move(ticket.error());
  inside_->workers[worker]->submit({std::move(job), *std::move(host), std::move(*ticket), monoNow()});
  return {};
}

void ConnectPool::ask(const std::function<void(unsigned worker)>& onPresent) {
  for (auto& worker : inside_->workers) worker->ask(onPresent);
}

std::vector<ConnectPool::WorkerFigures> ConnectPool::figures() const {
  std::vector<WorkerFigures> figures;
  for (const std::uint32_t pending : inside_->admission.pending())
    figures.push_back({pending, inside_->workers[figures.size()]->names()});
  return figures;
}

void ConnectPool::cancel(OutcomeMailbox& mailbox, JobId id, const std::string& host) {
  const auto parsed = parseHost(host);
  if (parsed) inside_->workers[inside_->workerFor(*parsed, id)]->cancel(mailbox, id);
}

}  // namespace megaphone::connect
