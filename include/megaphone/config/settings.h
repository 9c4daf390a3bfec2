// Settings: everything that is configured, as plain values with their defaults. Pure.
//
// An immutable snapshot once it has been loaded: shared by pointer, never changed (architecture.md, Settings).
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/host_pattern.h"
#include "megaphone/base/mono_time.h"
#include "megaphone/config/listen_on.h"

namespace megaphone::config {

using namespace std::chrono_literals;

// A place in the file, counted from 1; line 0 for a value that is not there (a default, an option).
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  auto operator<=>(const Position&) const = default;
};

struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;  // included
  Position position{};
  bool contains(std::uint16_t port) const { return first <= port && port <= last; }
  // The position does not count.
  bool operator==(const PortRange& other) const { return first == other.first && last == other.last; }
};

// A network in a list, with its place for the messages that name the rule.
struct NetworkEntry {
  IpNetwork network;
  Position position;
  bool this_machine = false;  // instead of a network: the addresses of this machine's interfaces, loopback aside
  // The position does not count.
  bool operator==(const NetworkEntry& other) const {
    return network == other.network && this_machine == other.this_machine;
  }
};

// Returns the clients of a listener that has none configured: loopback, the private networks of RFC 1918 and RFC 4193,
// and link-local.
std::vector<NetworkEntry> defaultClients();

// Returns the hosts that browsers ask directly unless configured: this machine, private networks and link-local, which
// the proxy denies by default, and names without a dot, which only the browser's own network can know.
std::vector<HostPattern> defaultPacExceptions();

// The format of a line of the access log.
enum class LogFormat : std::uint8_t {
  json,
  combined,  // as Apache and nginx write it
  squid,     // as squid writes it
  logfmt,    // key=value
  text,      // for eyes
  inherit,   // of a listener: as [access_log] says
};

// The settings that every kind of listener has.
struct Listener {
  std::string name;
  std::vector<ListenOn> listen;
  std::vector<NetworkEntry> clients = defaultClients();
  std::string access_log;  // empty: as [access_log] says; "none", "stderr", "stdout" or a path
  LogFormat access_log_format = LogFormat::inherit;
  std::string capture;                    // the file of a capture that runs all the time; empty: none
  std::uint64_t capture_size = 50 << 20;  // when its file is this large, another one begins
  std::uint32_t capture_files = 4;        // and so many are kept, the one that is written included
  bool capture_headers_only = false;      // without content; of uppercase listeners nothing but packets is left
  Position position;
};

struct UppercaseTcp : Listener {
  enum class Reply : std::uint8_t { stream, once };
  Reply reply = Reply::stream;  // once: answers the first message and closes, like the classic lab server
  std::uint32_t max_connections = 10'000;
  Duration idle_timeout = 10min;
};

struct UppercaseUdp : Listener {
  bool answer_low_ports = false;           // sources below 1024
  std::uint32_t rate_limit = 0;            // datagrams a second from one source address; 0: none
  bool rate_limit_loopback = false;        // whether loopback sources are limited too
  std::uint32_t repeat_limit = 100;        // identical, unchanged datagrams in a row that silence a source; 0: never
  Duration silence = 10s;                  // for how long
  std::uint64_t receive_buffer = 4 << 20;  // SO_RCVBUF asked for
};

// The treatment of a request field that tells origins the client's address.
enum class ClientMention : std::uint8_t {
  off,      // it passes unchanged
  add,      // the address is appended
  replace,  // the address replaces it
  strip,    // the field is removed
};

struct Proxy : Listener {
  enum class HalfClose : std::uint8_t { serve, abort };
  std::uint32_t max_connections = 20'000;
  std::uint32_t max_connections_per_client = 10'000;
  std::vector<NetworkEntry> allow_destinations;         // of what is denied by default
  std::vector<PortRange> connect_ports = {{443, 443}};  // CONNECT goes to these only
  std::vector<PortRange> deny_ports;                    // for every request; goes before connect_ports
  std::uint64_t max_request_line = 16 * 1024;
  std::uint64_t max_head = 64 * 1024;
  std::uint32_t max_fields = 256;
  Duration idle_timeout = 60s;  // a client connection between two requests
  Duration request_head_timeout = 15s;
  Duration body_timeout = 5min;      // no progress of a request or response body
  Duration connect_timeout = 10s;    // resolution and all attempts together
  Duration response_timeout = 5min;  // from the whole request to the head of the answer
  Duration tunnel_idle_timeout = 10min;
  Duration linger_timeout = 2s;                        // after an early answer, for what the client still sends
  HalfClose client_half_close = HalfClose::serve;      // what the end of a client's sending means for its answer
  Duration total_timeout = 0s;                         // from the first byte of a request to the end of all; 0: none
  std::uint64_t replay_buffer = 64 * 1024;             // content that is held to be sent again on another connection
  ClientMention forwarded = ClientMention::off;        // Forwarded
  ClientMention x_forwarded_for = ClientMention::off;  // X-Forwarded-For
  bool via_header = true;                              // Via names this proxy, to origins and to clients
  std::vector<HostPattern> own_names;                  // under which its own pages are answered, too
  std::string page_note;                               // on its pages, in the operator's words; empty: none
  std::vector<HostPattern> pac_exceptions = defaultPacExceptions();  // what the PAC file lets browsers ask directly
  bool pac_fallback = false;                                         // and everything while the proxy cannot be reached
  std::uint32_t failures_per_client = 16;                            // that /why shows; 0: none are kept
};

struct DaemonSettings {
  std::uint32_t event_loops = 0;  // 0: one per CPU that this process may use
  std::uint32_t connect_workers = 2;
  std::uint32_t max_pending_connects = 4'096;  // per worker, and of all loops
  std::uint32_t max_pending_per_destination = 512;
  std::uint32_t max_pending_per_client = 512;
  std::uint32_t max_idle_origins = 1'024;  // kept connections per event loop
  std::uint32_t max_idle_per_origin = 64;
  Duration origin_idle_timeout = 30s;
  Duration drain_delay = 0s;  // after a request to stop, new clients are still served for this long
  Duration drain_time = 30s;  // then connections under way may end
  bool splice = true;         // bulk goes by pipes
};

struct Control {
  std::string path = "auto";   // of the socket; "auto": the usual place of this machine; empty: no socket
  std::string group = "none";  // its members may use it, beside the owner
};

struct Log {
  enum class Level : std::uint8_t { debug, info, warning, error };
  Level level = Level::info;
  std::string path;  // empty: stderr
};

struct AccessLog {
  std::string path = "none";  // "none", "stderr", "stdout" or a path
  LogFormat format = LogFormat::json;
  bool query_strings = false;        // whether targets keep what follows '?'
  std::uint64_t ring = 256 * 1024;   // bytes per event loop that wait for the writer
  Duration datagram_interval = 10s;  // datagrams are summed over this
};

struct Dns {
  std::vector<Endpoint> servers;  // empty: those of resolv.conf
  bool hosts_file = true;         // /etc/hosts is read first
  Duration timeout = 2s;          // per try
  std::uint32_t tries = 2;
  std::vector<std::string> search;  // domains under which names are looked up too; "resolv.conf" alone: those of that
  std::uint32_t ndots = 1;          // a name with so many dots is looked up as it is first
  Duration min_ttl = 1s;
  Duration max_ttl = 1h;
  Duration negative_ttl = 5s;
  std::uint32_t cache_entries = 10'000;  // per worker
};

struct Settings {
  std::string file;  // where it came from, for messages; empty without a file
  DaemonSettings daemon;
  Control control;
  Log log;
  AccessLog access_log;
  Dns dns;
  std::vector<UppercaseTcp> uppercase_tcp;
  std::vector<UppercaseUdp> uppercase_udp;
  std::vector<Proxy> proxies;

  // Return the file and the format in which the access log has the lines of a listener.
  const std::string& accessLogOf(const Listener& listener) const {
    return listener.access_log.empty() ? access_log.path : listener.access_log;
  }
  LogFormat accessLogFormatOf(const Listener& listener) const {
    return listener.access_log_format == LogFormat::inherit ? access_log.format : listener.access_log_format;
  }
};

using SettingsPtr = std::shared_ptr<const Settings>;

}  // namespace megaphone::config
