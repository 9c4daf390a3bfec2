#include "resolver.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "megaphone/base/host_name.h"

namespace megaphone::connect {
namespace {

using Family = IpAddress::Family;
using Status = DnsAnswer::Status;

constexpr std::array kFamilies{Family::v6, Family::v4};
constexpr Duration kFailureTtl = std::chrono::seconds(1);  // of a time-out or a broken server
constexpr Duration kFamilyMemory = std::chrono::minutes(10);

Error lookupError(Reason reason, Side side, const std::string& name, std::string_view detail) {
  std::string context = "look up " + name;
  if (!detail.empty()) context.append(" (").append(detail).append(")");
  return {reason, side, 0, std::move(context)};
}

Error shortage(const std::string& name) {
  return {Reason::connection_limit_reached, Side::daemon, EMFILE, "look up " + name};
}

// The side of a failed lookup says who can act: the origin's if the name itself is the cause.
Error errorOf(const DnsAnswer& answer, const std::string& name) {
  switch (answer.status) {
    case Status::timedOut: return lookupError(Reason::dns_timeout, Side::origin, name, answer.detail);
    case Status::failed: return lookupError(Reason::dns_error, Side::daemon, name, answer.detail);
    case Status::noDescriptors: return shortage(name);
    default: return lookupError(Reason::dns_error, Side::origin, name, answer.detail);
  }
}

std::string withoutDot(const std::string& name) { return name.ends_with('.') ? name.substr(0, name.size() - 1) : name; }

const char* const kFromResolvConf = "resolv.conf";

const std::vector<IpAddress>& loopbacks() {
  static const std::vector<IpAddress> addresses{*IpAddress::parse("::1"), *IpAddress::parse("127.0.0.1")};
  return addresses;
}

}  // namespace

Resolver::Resolver(uv::Loop& loop, Options options, KeyedHash hash)
    : loop_(loop),
      options_(std::move(options)),
      hosts_(options_.hosts, options_.filesLookedAtEvery, hash),
      resolvConfFile_(options_.resolvConf, options_.filesLookedAtEvery),
      entries_(0, hash) {}

void Resolver::tell(Lookup& lookup, Family family, const Record& record) {
  bool& told = lookup.told_[static_cast<std::size_t>(family)];
  if (std::exchange(told, true)) return;
  if (lookup.told_[0] && lookup.told_[1]) lookup.unlink();
  if (record.addresses.empty())
    lookup.onLookupFailed(family, record.error);
  else
    lookup.onAddresses(family, record.addresses);
}

void Resolver::tellAll(Lookup& lookup, const std::vector<IpAddress>& addresses) {
  IntrusiveList<Lookup> one;  // shows whether the lookup has left
  one.pushBack(lookup);
  for (const Family family : kFamilies) {
    std::vector<IpAddress> some;
    std::copy_if(addresses.begin(), addresses.end(), std::back_inserter(some),
                 [&](const IpAddress& address) { return address.family() == family; });
    if (!one.empty()) lookup.onAddresses(family, some);
  }
}

void Resolver::tellAll(Lookup& lookup, const Error& error) {
  IntrusiveList<Lookup> one;
  one.pushBack(lookup);
  for (const Family family : kFamilies) {
    if (!one.empty()) lookup.onLookupFailed(family, error);
  }
}

bool Resolver::answerWithoutQuestion(const std::string& name, Lookup& lookup) {
  if (isLocalhost(name)) {
    tellAll(lookup, loopbacks());
    return true;
  }
  if (isNeverResolved(name)) {
    tellAll(lookup, lookupError(Reason::dns_error, Side::origin, name, "this domain is never looked up"));
    return true;
  }
  if (!options_.dns.hosts_file) return false;
  const std::vector<IpAddress>* known = hosts_.find(name, loop_.now());
  if (!known) return false;
  tellAll(lookup, *known);
  return true;
}

bool Resolver::searchesAsResolvConf() const {
  return options_.dns.search.size() == 1 && options_.dns.search.front() == kFromResolvConf;
}

void Resolver::change(const config::Dns& dns, std::size_t maxNamesAsked) {
  const config::Dns& until = options_.dns;
  const bool asksOtherwise = dns.servers != until.servers || dns.timeout != until.timeout || dns.tries != until.tries ||
                             dns.search != until.search || dns.ndots != until.ndots;
  options_.dns = dns;
  options_.maxNamesAsked = maxNamesAsked;
  hosts_.expire();
  resolvConfFile_.expire();
  if (asksOtherwise) askOtherServers();
}

// Another network may know other addresses.
void Resolver::askOtherServers() {
  forgetIdle(0);
  if (servers_) retired_.push_back(std::move(servers_));
  retireServers();
}

// Reads resolv.conf again if it has changed. Returns false until it was read once.
bool Resolver::knowsServers() {
  if (!options_.dns.servers.empty() && !searchesAsResolvConf()) return true;
  if (const auto text = resolvConfFile_.read(loop_.now())) {
    resolvConf_ = readResolvConf(*text, options_.resolvConfPort);
    askOtherServers();
  }
  return resolvConfFile_.known();
}

bool Resolver::hasServers() const { return !options_.dns.servers.empty() || !resolvConf_.servers.empty(); }

NameServers& Resolver::servers() {
  if (servers_) return *servers_;
  const config::Dns& dns = options_.dns;
  std::vector<Endpoint> servers = dns.servers.empty() ? resolvConf_.servers : dns.servers;
  if (servers.empty()) servers.push_back({*IpAddress::parse("127.0.0.1"), options_.resolvConfPort});  // resolv.conf(5)
  servers_ = std::make_unique<NameServers>(
      loop_, NameServers::Options{std::move(servers), dns.timeout, dns.tries, options_.health});
  return *servers_;
}

// Returns the cache key: a trailing dot matters only if domains are searched.
std::string Resolver::keyOf(const std::string& name) const {
  return options_.dns.search.empty() ? withoutDot(name) : name;
}

std::vector<std::string> Resolver::candidatesFor(const std::string& key) const {
  if (options_.dns.search.empty() || key.ends_with('.')) return {withoutDot(key)};
  if (searchesAsResolvConf()) return searched(key, resolvConf_.search, resolvConf_.ndots);
  return searched(key, options_.dns.search, options_.dns.ndots);
}

void Resolver::resolve(const std::string& name, Lookup& lookup) {
  lookup.told_ = {};
  if (answerWithoutQuestion(withoutDot(name), lookup)) return;
  if (!knowsServers()) return tellAll(lookup, shortage(name));
  Entry* entry = entryFor(keyOf(name));
  if (!entry) {
    tellAll(lookup,
            lookupError(Reason::connection_limit_reached, Side::daemon, name, "too many names are being looked up"));
    return;
  }
  entry->waiting.pushBack(lookup);
  askWhatIsOld(*entry);
  if (entry->asking() && entry->isSearching()) return;
  for (const Family family : kFamilies) {
    const Record& record = entry->record(family);
    if (lookup.linked() && !record.asking) tell(lookup, family, record);
  }
}

bool Resolver::isFresh(const Record& record) const { return loop_.now() < record.expires; }

// Returns the entry, a new one if needed; null at the bound of names under question.
Resolver::Entry* Resolver::entryFor(const std::string& key) {
  const auto found = entries_.find(key);
  const bool known = found != entries_.end();
  const bool mustAsk = !known || (!found->second->asking() &&
                                  !(isFresh(found->second->records[0]) && isFresh(found->second->records[1])));
  if (mustAsk && asked_ >= options_.maxNamesAsked) return nullptr;
  if (known) {
    if (found->second->linked()) idle_.pushBack(*found->second);  // used last
    return found->second.get();
  }
  forgetIdle(options_.dns.cache_entries);
  auto entry = std::make_unique<Entry>();
  entry->name = key;
  entry->candidates = candidatesFor(key);
  names_.add();
  return entries_.emplace(key, std::move(entry)).first->second.get();
}

void Resolver::forgetIdle(std::size_t keep) {
  while (entries_.size() - asked_ > keep) {
    Entry* oldest = idle_.front();
    if (!oldest) return;
    entries_.erase(entries_.find(oldest->name));
    names_.subtract();
  }
}

void Resolver::askWhatIsOld(Entry& entry) {
  std::vector<Family> old;
  for (const Family family : kFamilies) {
    if (!entry.record(family).asking && !isFresh(entry.record(family))) old.push_back(family);
  }
  if (entry.candidates.size() == 1) return ask(entry, old);
  if (entry.asking() || old.empty()) return;
  entry.candidate = 0;  // the search begins anew
  entry.records = {};
  ask(entry, kFamilies);
}

void Resolver::ask(Entry& entry, std::span<const Family> families) {
  if (families.empty()) return;
  if (!entry.asking()) {
    ++asked_;
    entry.unlink();
  }
  for (const Family family : families) entry.record(family).asking = true;  // answers may come at once
  const std::string name = entry.candidates[entry.candidate];
  for (const Family family : families) {
    servers().query(name, family,
                    [this, &entry, family](DnsAnswer answer) { answered(entry, family, std::move(answer)); });
  }
}

MonoTime Resolver::expiry(const DnsAnswer& answer) const {
  const config::Dns& dns = options_.dns;
  switch (answer.status) {
    case Status::found: return loop_.now() + std::min(std::max(answer.ttl, dns.min_ttl), dns.max_ttl);
    case Status::noSuchName:
    case Status::noAddress: return loop_.now() + dns.negative_ttl;
    case Status::noDescriptors: return {};
    default: return loop_.now() + std::min(dns.negative_ttl, kFailureTtl);
  }
}

void Resolver::answered(Entry& entry, Family family, DnsAnswer answer) {
  const bool nobodyElse = answer.status == Status::timedOut || answer.status == Status::failed;
  if (nobodyElse && !hasServers()) answer.detail = "no name servers are configured";
  Record& record = entry.record(family);
  record.asking = false;
  record.expires = expiry(answer);
  record.isAbsent = answer.status == Status::noSuchName || answer.status == Status::noAddress;
  record.error = errorOf(answer, withoutDot(entry.name));
  record.addresses = std::move(answer.addresses);
  if (searchesOn(entry)) return;
  if (!entry.asking()) {
    --asked_;
    idle_.pushBack(entry);
  }
  for (const Family each : kFamilies) {
    const Record& known = entry.record(each);
    if (!known.asking) entry.waiting.forEach([&](Lookup& lookup) { tell(lookup, each, known); });
  }
  retireServers();
}

// Returns whether nothing can be reported yet; asks for the next candidate if that is due. A failed lookup ends the
// search: the next candidate might be another host than meant.
bool Resolver::searchesOn(Entry& entry) {
  if (!entry.isSearching()) return false;
  if (entry.asking()) return true;
  if (!entry.records[0].isAbsent || !entry.records[1].isAbsent) return false;
  ++entry.candidate;
  ask(entry, kFamilies);
  return true;
}

// Destroys retired servers once their questions are answered; deferred, as this may run inside their callback.
void Resolver::retireServers() {
  for (auto& servers : retired_) {
    if (servers->underWay() == 0) loop_.deferDelete(std::move(servers));
  }
  std::erase(retired_, nullptr);
}

Family Resolver::preferred(const std::string& name) const {
  const auto found = entries_.find(keyOf(name));
  if (found == entries_.end() || loop_.now() >= found->second->workedUntil) return Family::v6;
  return found->second->workedLast;
}

void Resolver::worked(const std::string& name, Family family) {
  const auto found = entries_.find(keyOf(name));
  if (found == entries_.end()) return;
  found->second->workedLast = family;
  found->second->workedUntil = loop_.now() + kFamilyMemory;
}

}  // namespace megaphone::connect
