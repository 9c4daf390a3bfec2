// Resolver: names to addresses, for one worker. Caches addresses (never verdicts) by their TTL within bounds; equal
// names share one question.
//
// The hosts file is asked first; localhost is loopback without a question (RFC 6761). Where search domains are
// configured, a name is looked up under each of them in turn, both families together, until one of them has an address.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "hosts_file.h"
#include "megaphone/base/error.h"
#include "megaphone/base/intrusive_list.h"
#include "megaphone/base/keyed_hash.h"
#include "megaphone/config/settings.h"
#include "megaphone/observe/counters.h"
#include "megaphone/uv/loop.h"
#include "name_servers.h"
#include "resolv_conf.h"
#include "server_health.h"
#include "system_file.h"

namespace megaphone::connect {

// Waits for both families of one name. Each is reported once, in any order. Unlinking or destroying it, also inside a
// report, cancels it; the question goes on for other lookups and the cache.
class Lookup : public ListNode<Lookup> {
 public:
  virtual ~Lookup() = default;
  virtual void onAddresses(IpAddress::Family family, const std::vector<IpAddress>& addresses) = 0;
  virtual void onLookupFailed(IpAddress::Family family, Error error) = 0;

 protected:
  Lookup() = default;

 private:
  friend class Resolver;
  std::array<bool, 2> told_{};
};

class Resolver {
 public:
  struct Options {
    config::Dns dns;
    std::size_t maxNamesAsked = 0;  // names under question at a time
    std::string resolvConf = "/etc/resolv.conf";
    std::uint16_t resolvConfPort = 53;
    std::string hosts = "/etc/hosts";
    Duration filesLookedAtEvery = std::chrono::seconds(1);
    std::shared_ptr<ServerHealth> health = std::make_shared<ServerHealth>();
  };

  Resolver(uv::Loop& loop, Options options, KeyedHash hash);
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  // Reports nothing more to waiting lookups. REQUIRES: not inside a Lookup's function.
  ~Resolver() = default;

  // Replaces the settings. Other servers or other ways of asking them empty the cache. REQUIRES: not inside a Lookup's
  // function.
  void change(const config::Dns& dns, std::size_t maxNamesAsked);

  // Looks up a name; may report before it returns. `name`: a normal name (host_name.h); a trailing dot turns off search
  // domains.
  void resolve(const std::string& name, Lookup& lookup);

  // Returns the number of names in the cache, those under question included. Any thread.
  std::size_t names() const { return names_.read(); }

  // Returns the family that worked last for the name, remembered for some minutes; else IPv6.
  IpAddress::Family preferred(const std::string& name) const;
  void worked(const std::string& name, IpAddress::Family family);

 private:
  using Family = IpAddress::Family;

  // The known addresses of one family of a name, or why there are none.
  struct Record {
    bool asking = false;
    bool isAbsent = false;  // no candidate asked so far has one
    MonoTime expires{};
    std::vector<IpAddress> addresses;
    Error error;  // why there are none
  };
  struct Entry : ListNode<Entry> {  // in idle_ while no question is under way
    std::string name;
    std::array<Record, 2> records;
    std::vector<std::string> candidates;  // the names to ask for, in turn
    std::size_t candidate = 0;            // the current one
    IntrusiveList<Lookup> waiting;
    Family workedLast = Family::v6;
    MonoTime workedUntil{};
    Record& record(Family family) { return records[static_cast<std::size_t>(family)]; }
    bool asking() const { return records[0].asking || records[1].asking; }
    // Returns whether a further candidate may be the one that is meant: nothing is reported yet.
    bool isSearching() const {
      return candidate + 1 < candidates.size() && records[0].addresses.empty() && records[1].addresses.empty();
    }
  };

  bool answerWithoutQuestion(const std::string& name, Lookup& lookup);

  bool searchesAsResolvConf() const;
  bool knowsServers();
  bool hasServers() const;
  NameServers& servers();
  void askOtherServers();
  void retireServers();

  std::string keyOf(const std::string& name) const;
  std::vector<std::string> candidatesFor(const std::string& key) const;
  Entry* entryFor(const std::string& key);
  void forgetIdle(std::size_t keep);

  bool isFresh(const Record& record) const;
  void askWhatIsOld(Entry& entry);
  void ask(Entry& entry, std::span<const Family> families);
  void answered(Entry& entry, Family family, DnsAnswer answer);
  bool searchesOn(Entry& entry);
  MonoTime expiry(const DnsAnswer& answer) const;

  static void tell(Lookup& lookup, Family family, const Record& record);
  static void tellAll(Lookup& lookup, const std::vector<IpAddress>& addresses);
  static void tellAll(Lookup& lookup, const Error& error);

  uv::Loop& loop_;
  Options options_;
  HostsFile hosts_;
  SystemFile resolvConfFile_;
  ResolvConf resolvConf_;
  std::unordered_map<std::string, std::unique_ptr<Entry>, KeyedHash> entries_;
  IntrusiveList<Entry> idle_;  // the longest unused first
  std::size_t asked_ = 0;      // entries under question
  observe::Counter names_;     // entries
  std::unique_ptr<NameServers> servers_;
  std::vector<std::unique_ptr<NameServers>> retired_;  // finish what they were asked
};

}  // namespace megaphone::connect
