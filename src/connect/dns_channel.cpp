#include "dns_channel.h"

#include <ares.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "megaphone/uv/handles.h"

namespace megaphone::connect {
namespace {

using Status = DnsAnswer::Status;

constexpr std::size_t kMaxAddresses = 32;  // of one answer: more than are ever dialled, and a bound for the cache

// c-ares finds out about its own deadlines only when it is called. Asking it for the next one costs a walk over all
// questions, so it is simply called often enough while there are any.
Duration tickFor(Duration timeout) {
  return std::clamp<Duration>(timeout / 8, std::chrono::milliseconds(5), std::chrono::milliseconds(250));
}

void initialiseOnce() {
  static std::once_flag once;
  std::call_once(once, [] { ares_library_init(ARES_LIB_INIT_ALL); });
}

std::string serversText(const std::vector<Endpoint>& servers) {
  std::string text;
  for (const Endpoint& server : servers) {
    if (!text.empty()) text += ',';
    text += server.text();
  }
  return text;
}

Status statusOf(int code) {
  switch (code) {
    case ARES_SUCCESS: return Status::found;
    case ARES_ENOTFOUND:
    case ARES_ENODATA: return Status::absent;
    case ARES_ETIMEOUT: return Status::timedOut;
    default: return Status::failed;
  }
}

DnsAnswer read(int code, const ares_addrinfo* result) {
  DnsAnswer answer{statusOf(code), {}, Duration::max(), ares_strerror(code)};
  if (code != ARES_SUCCESS) return answer;
  const auto limit = [&](int ttl) {
    answer.ttl = std::min<Duration>(answer.ttl, std::chrono::seconds(std::max(ttl, 0)));
  };
  for (const ares_addrinfo_node* node = result->nodes; node; node = node->ai_next) {
    const auto endpoint = Endpoint::from(node->ai_addr);
    if (!endpoint || answer.addresses.size() == kMaxAddresses) continue;
    answer.addresses.push_back(endpoint->address);
    limit(node->ai_ttl);
  }
  for (const ares_addrinfo_cname* alias = result->cnames; alias; alias = alias->next) limit(alias->ttl);
  if (answer.addresses.empty()) {  // a chain of aliases that ends nowhere
    answer.status = Status::absent;
    answer.detail = ares_strerror(ARES_ENODATA);
  }
  return answer;
}

}  // namespace

struct DnsChannel::Inside {
  struct Query {
    Inside* channel;
    OnAnswer onAnswer;
  };

  Inside(uv::Loop& l, const Options& options);
  ~Inside();

  int open(const Options& options);
  void socketState(int fd, bool readable, bool writable);
  void process(int readFd, int writeFd);
  void tick();
  static void answered(void* arg, int status, int timeouts, ares_addrinfo* result);

  uv::Loop& loop;
  Duration tickLength;
  ares_channel channel = nullptr;
  int problem = ARES_SUCCESS;  // why there is no channel
  std::map<int, uv::Poll> polls;
  uv::Timer ticking;
  std::size_t underWay = 0;
  bool closing = false;
};

DnsChannel::Inside::Inside(uv::Loop& l, const Options& options)
    : loop(l), tickLength(tickFor(options.timeout)), ticking(l, [this] { tick(); }) {
  initialiseOnce();
  problem = open(options);
  if (problem == ARES_SUCCESS && !options.servers.empty()) {
    problem = ares_set_servers_ports_csv(channel, serversText(options.servers).c_str());
  }
}

int DnsChannel::Inside::open(const Options& options) {
  std::string lookups = "b";  // name servers only
  std::string resolvConf = options.resolvConf;
  ares_options o{};
  o.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
  o.timeout = static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(options.timeout).count());
  o.tries = static_cast<int>(options.tries);
  o.lookups = lookups.data();
  o.ndomains = 0;  // no search domains
  o.resolvconf_path = resolvConf.data();
  o.udp_port = o.tcp_port = options.port;
  o.sock_state_cb_data = this;
  o.sock_state_cb = [](void* data, ares_socket_t fd, int readable, int writable) {
    static_cast<Inside*>(data)->socketState(fd, readable != 0, writable != 0);
  };
  return ares_init_options(&channel, &o,
                           ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_DOMAINS |
                               ARES_OPT_RESOLVCONF | ARES_OPT_UDP_PORT | ARES_OPT_TCP_PORT | ARES_OPT_SOCK_STATE_CB);
}

DnsChannel::Inside::~Inside() {
  closing = true;
  if (channel) ares_destroy(channel);
}

// Both off means that c-ares is about to close the descriptor: the handle must go before the number is used again.
void DnsChannel::Inside::socketState(int fd, bool readable, bool writable) {
  if (!readable && !writable) {
    polls.erase(fd);
    return;
  }
  const auto [place, isNew] = polls.try_emplace(fd);
  if (isNew) {
    place->second = uv::Poll(loop, fd, [this, fd](bool canRead, bool canWrite) {
      process(canRead ? fd : ARES_SOCKET_BAD, canWrite ? fd : ARES_SOCKET_BAD);
    });
  }
  place->second.watch(readable, writable);
}

void DnsChannel::Inside::process(int readFd, int writeFd) { ares_process_fd(channel, readFd, writeFd); }

void DnsChannel::Inside::tick() {
  process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  if (underWay > 0) ticking.start(tickLength);
}

void DnsChannel::Inside::answered(void* arg, int status, int, ares_addrinfo* result) {
  const std::unique_ptr<Query> query(static_cast<Query*>(arg));
  const std::unique_ptr<ares_addrinfo, decltype(&ares_freeaddrinfo)> owned(result, &ares_freeaddrinfo);
  Inside& self = *query->channel;
  if (self.closing) return;
  --self.underWay;
  query->onAnswer(read(status, result));
}

DnsChannel::DnsChannel(uv::Loop& loop, const Options& options) : inside_(std::make_unique<Inside>(loop, options)) {}
DnsChannel::~DnsChannel() = default;

std::size_t DnsChannel::underWay() const { return inside_->underWay; }

void DnsChannel::query(const std::string& name, IpAddress::Family family, OnAnswer onAnswer) {
  Inside& self = *inside_;
  if (self.problem != ARES_SUCCESS) {
    onAnswer({Status::failed, {}, {}, ares_strerror(self.problem)});
    return;
  }
  if (self.underWay++ == 0) self.ticking.start(self.tickLength);
  ares_addrinfo_hints hints{};
  hints.ai_flags = ARES_AI_NOSORT;
  hints.ai_family = family == IpAddress::Family::v4 ? AF_INET : AF_INET6;
  auto query = std::make_unique<Inside::Query>(Inside::Query{&self, std::move(onAnswer)});
  ares_getaddrinfo(self.channel, name.c_str(), nullptr, &hints, &Inside::answered, query.release());
}

}  // namespace megaphone::connect
