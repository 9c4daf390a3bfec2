#include "resolver.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "megaphone/base/host_name.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone::connect {
namespace {

using Family = IpAddress::Family;
using Status = DnsAnswer::Status;

constexpr std::array kFamilies{Family::v6, Family::v4};
constexpr Duration kFailureTtl = std::chrono::seconds(1);  // of a time-out or a broken server
constexpr Duration kFamilyMemory = std::chrono::minutes(10);

Error lookupError(Reason reason, const std::string& name, std::string_view detail) {
  std::string context = "look up " + name;
  if (!detail.empty()) context.append(" (").append(detail).append(")");
  return {reason, Side::origin, 0, std::move(context)};
}

// c-ares does not say why it could not ask.
bool descriptorsAreOut() { return !UniqueFd(::eventfd(0, EFD_CLOEXEC)); }

const std::vector<IpAddress>& loopbacks() {
  static const std::vector<IpAddress> addresses{*IpAddress::parse("::1"), *IpAddress::parse("127.0.0.1")};
  return addresses;
}

}  // namespace

Resolver::Resolver(uv::Loop& loop, Options options, KeyedHash hash)
    : loop_(loop),
      options_(std::move(options)),
      hosts_(options_.hosts, options_.filesLookedAtEvery, hash),
      resolvConf_(options_.resolvConf, options_.filesLookedAtEvery),
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
    tellAll(lookup, lookupError(Reason::dns_error, name, "this domain is never looked up"));
    return true;
  }
  if (!options_.dns.hosts_file) return false;
  const std::vector<IpAddress>* known = hosts_.find(name, loop_.now());
  if (!known) return false;
  tellAll(lookup, *known);
  return true;
}

void Resolver::change(const config::Dns& dns, std::size_t maxNamesAsked) {
  const config::Dns& until = options_.dns;
  const bool asksOtherwise = dns.servers != until.servers || dns.timeout != until.timeout || dns.tries != until.tries;
  options_.dns = dns;
  options_.maxNamesAsked = maxNamesAsked;
  hosts_.expire();
  resolvConf_.expire();
  if (!asksOtherwise || !channel_) return;
  forgetIdle(0);
  retired_.push_back(std::move(channel_));
  retireChannel();
}

void Resolver::resolve(const std::string& name, Lookup& lookup) {
  lookup.told_ = {};
  if (answerWithoutQuestion(name, lookup)) return;
  channel();  // a change of resolv.conf empties the cache
  Entry* entry = entryFor(name);
  if (!entry) {
    tellAll(lookup, lookupError(Reason::connection_limit_reached, name, "too many names are being looked up"));
    return;
  }
  entry->waiting.pushBack(lookup);
  for (const Family family : kFamilies) {
    const Record& record = entry->record(family);
    if (!record.asking && loop_.now() >= record.expires) ask(*entry, family);
  }
  for (const Family family : kFamilies) {
    const Record& record = entry->record(family);
    if (lookup.linked() && !record.asking) tell(lookup, family, record);
  }
}

// Null if it would be one question too many.
Resolver::Entry* Resolver::entryFor(const std::string& name) {
  const auto found = entries_.find(name);
  const bool known = found != entries_.end();
  const auto fresh = [&](const Record& record) { return loop_.now() < record.expires; };
  const bool mustAsk = !known || (!found->second->asking() &&
                                  !std::all_of(found->second->records.begin(), found->second->records.end(), fresh));
  if (mustAsk && asked_ >= options_.maxNamesAsked) return nullptr;
  if (known) {
    if (found->second->linked()) idle_.pushBack(*found->second);  // used last
    return found->second.get();
  }
  forgetIdle(options_.dns.cache_entries);
  auto entry = std::make_unique<Entry>();
  entry->name = name;
  names_.add();
  return entries_.emplace(name, std::move(entry)).first->second.get();
}

void Resolver::forgetIdle(std::size_t keep) {
  while (entries_.size() - asked_ > keep) {
    Entry* oldest = idle_.front();
    if (!oldest) return;
    entries_.erase(entries_.find(oldest->name));
    names_.subtract();
  }
}

void Resolver::ask(Entry& entry, Family family) {
  if (!entry.asking()) {
    ++asked_;
    entry.unlink();
  }
  entry.record(family).asking = true;
  DnsChannel& asked = channel();
  asked.query(entry.name, family,
              [this, &entry, family](DnsAnswer answer) { answered(entry, family, std::move(answer)); });
}

MonoTime Resolver::expiry(const DnsAnswer& answer) const {
  const config::Dns& dns = options_.dns;
  switch (answer.status) {
    case Status::found: return loop_.now() + std::min(std::max(answer.ttl, dns.min_ttl), dns.max_ttl);
    case Status::absent: return loop_.now() + dns.negative_ttl;
    default: return loop_.now() + std::min(dns.negative_ttl, kFailureTtl);
  }
}

void Resolver::answered(Entry& entry, Family family, DnsAnswer answer) {
  Record& record = entry.record(family);
  record.asking = false;
  record.expires = expiry(answer);
  const Reason reason = answer.status == Status::timedOut ? Reason::dns_timeout : Reason::dns_error;
  record.error = lookupError(reason, entry.name, answer.detail);
  record.addresses = std::move(answer.addresses);
  if (answer.status == Status::failed && descriptorsAreOut()) {
    record.error = {Reason::connection_limit_reached, Side::daemon, EMFILE, "look up " + entry.name};
    record.expires = {};
  }
  if (!entry.asking()) {
    --asked_;
    idle_.pushBack(entry);
  }
  entry.waiting.forEach([&](Lookup& lookup) { tell(lookup, family, record); });
  retireChannel();
}

DnsChannel& Resolver::channel() {
  const bool fromFile = options_.dns.servers.empty();
  if (channel_ && !(fromFile && resolvConf_.changed(loop_.now()))) return *channel_;
  if (channel_) {
    forgetIdle(0);  // another network may know other addresses
    retired_.push_back(std::move(channel_));
    retireChannel();
  } else if (fromFile) {
    resolvConf_.changed(loop_.now());  // looked at from now on
  }
  const config::Dns& dns = options_.dns;
  channel_ = std::make_unique<DnsChannel>(
      loop_, DnsChannel::Options{dns.servers, dns.timeout, dns.tries, options_.resolvConf, options_.resolvConfPort});
  return *channel_;
}

// Retired channels go when they have answered everything; not here, in what may be their own call.
void Resolver::retireChannel() {
  const auto idle = [](const std::unique_ptr<DnsChannel>& channel) { return channel->underWay() == 0; };
  for (auto& channel : retired_) {
    if (idle(channel)) loop_.deferDelete(std::move(channel));
  }
  std::erase(retired_, nullptr);
}

Family Resolver::preferred(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end() || loop_.now() >= found->second->workedUntil) return Family::v6;
  return found->second->workedLast;
}

void Resolver::worked(const std::string& name, Family family) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return;
  found->second->workedLast = family;
  found->second->workedUntil = loop_.now() + kFamilyMemory;
}

}  // namespace megaphone::connect
