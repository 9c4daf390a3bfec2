#include "lookup.h"

#include <netdb.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <memory>

#include "megaphone/base/thread.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone::client {
namespace {

using Family = cli::ClientOptions::Family;

// Shared with the thread, which may outlive the question.
struct Lookup {
  std::string host;
  std::string port;
  addrinfo hints{};
  UniqueFd done;
  std::atomic<bool> finished{false};  // set by the thread after it has written the members below
  int code = 0;
  int errnum = 0;
  addrinfo* list = nullptr;

  Lookup() = default;
  ~Lookup() {
    if (list) ::freeaddrinfo(list);
  }
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  void run() {
    code = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &list);
    errnum = errno;
  }
};

std::shared_ptr<Lookup> lookupOf(const Place& place, Family family) {
  auto lookup = std::make_shared<Lookup>();
  lookup->host = place.host;
  lookup->port = place.port;
  lookup->hints.ai_family = family == Family::any ? AF_UNSPEC : family == Family::v4 ? AF_INET : AF_INET6;
  lookup->hints.ai_socktype = place.transport == Transport::tcp ? SOCK_STREAM : SOCK_DGRAM;
  return lookup;
}

// A numeric address needs neither a name server nor a thread.
bool isNumeric(Lookup& lookup) {
  lookup.hints.ai_flags = AI_NUMERICHOST;
  lookup.run();
  lookup.hints.ai_flags = 0;
  return lookup.code != EAI_NONAME;
}

Stop runAside(const std::shared_ptr<Lookup>& lookup, const Place& place, Duration timeout, const Waiter& waiter) {
  lookup->done.reset(::eventfd(0, EFD_CLOEXEC));
  if (!lookup->done) return systemFailed("eventfd", errno);
  auto started = startThread("lookup", [lookup] {
    lookup->run();
    lookup->finished.store(true, std::memory_order_release);
    ::eventfd_write(lookup->done.get(), 1);
  });
  if (!started) return systemFailed(started.error().context, started.error().errnum);
  started->detach();
  pollfd done{lookup->done.get(), POLLIN, 0};
  if (Stop stop = waiter.wait({&done}, monoNow() + timeout)) return stop;
  if (!lookup->finished.load(std::memory_order_acquire)) return lookupTimedOut(place, timeout);
  return std::nullopt;
}

std::vector<Endpoint> endpointsOf(const Lookup& lookup) {
  std::vector<Endpoint> endpoints;
  for (const addrinfo* entry = lookup.list; entry != nullptr; entry = entry->ai_next) {
    if (const auto endpoint = Endpoint::from(entry->ai_addr)) endpoints.push_back(*endpoint);
  }
  return endpoints;
}

}  // namespace

std::variant<std::vector<Endpoint>, Outcome> resolve(Family family, Duration timeout, const Console& console) {
  const MonoTime start = monoNow();
  const Place& place = console.report.place;
  const auto lookup = lookupOf(place, family);
  if (!isNumeric(*lookup)) {
    if (Stop stop = runAside(lookup, place, timeout, console.waiter)) return *stop;
  }
  const Duration took = monoNow() - start;
  if (lookup->code != 0) return lookupFailed(lookup->code, lookup->errnum, place, took);
  auto endpoints = endpointsOf(*lookup);
  if (endpoints.empty()) return lookupFailed(EAI_NODATA, 0, place, took);
  console.report.resolve = took;
  std::string text = "resolved " + place.host + " in " + millisecondsText(took) + ":";
  for (const Endpoint& endpoint : endpoints) text += " " + endpoint.text();
  console.notes.phase(text);
  return endpoints;
}

}  // namespace megaphone::client
