#include "foreign.h"

#include <algorithm>
#include <array>
#include <string>

#include "megaphone/base/ascii.h"

namespace megaphone::config {
namespace {

struct Foreign {
  std::string_view words;  // in lower case, without '_' and '-'
  std::string_view advice;
};

constexpr std::array<Foreign, 22> kForeign{{
    {"auth basicauth authparam authentication authorization users password passwords passwd htpasswd credentials "
     "login ncsaauth proxyauth",
     "there are no names and passwords of users here; clients of the listener says which addresses may use it"},
    {"upstream upstreams parent parents parentproxy cachepeer neverdirect alwaysdirect nextproxy proxychain chain "
     "forwardto httpproxy",
     "requests are not handed on to another proxy here; every destination is reached directly"},
    {"blocklist blacklist blocked block denylist denydestinations denydestination blockdestinations denyhosts "
     "denydomains "
     "denynetworks blockedhosts blockeddomains filter filters filterurls filterextended urlfilter dstdomain "
     "bannedsites",
     "destinations cannot be denied by name or network here; deny_ports of [[proxy]] denies ports, and what is not "
     "public "
     "is denied unless allow_destinations of [[proxy]] has it"},
    {"allowlist whitelist allowhosts allowdomains allowedhosts alloweddomains filterdefaultdeny",
     "destinations cannot be limited to a list of names here; allow_destinations of [[proxy]] opens networks that are "
     "denied by default"},
    {"cache cachedir cachemem cachesize cachereplacementpolicy maximumobjectsize refreshpattern memcache diskcache",
     "nothing is cached here; every answer comes from its origin"},
    {"acl acls httpaccess httpreplyaccess access allow deny allowed denied allowclients denyclients clientnet "
     "allowedclients allowedips permit src localnet",
     "clients of the listener says who may use it; connect_ports, deny_ports and allow_destinations of [[proxy]] say "
     "where to"},
    {"httpport httpsport port ports listenport listenaddress bind bindaddress address host addr interface server "
     "proxyport",
     "listen of a listener is its address and port, such as listen = \"127.0.0.1:3128\""},
    {"maxclients maxconn maxconns connlimit workerconnections maxspareservers minspareservers maxrequestsperchild "
     "startservers",
     "max_connections of a listener is the most that it serves at once"},
    {"connectport sslports safeports httpsports tunnelports allowedports",
     "connect_ports of [[proxy]] has the ports to which CONNECT may open a tunnel"},
    {"timeout timeouts readtimeout requesttimeout keepalivetimeout clientlifetime persistentrequesttimeout",
     "each phase has a limit of its own: idle_timeout, request_head_timeout, connect_timeout, response_timeout, "
     "body_timeout, tunnel_idle_timeout and total_timeout of [[proxy]]"},
    {"workers worker workerprocesses threads thread processes",
     "event_loops of [daemon] is the number of threads that serve clients"},
    {"user runas runasuser cacheeffectiveuser cacheeffectivegroup setuid chroot",
     "the process keeps the user who starts it; User= of the systemd unit says which"},
    {"pidfile pid pidfilename daemonize background foreground",
     "the process stays in the foreground and writes no file with its PID; systemd knows it"},
    {"logfile errorlog cachelog loglevel syslog debuglevel verbosity verbose debug debugoptions logging",
     "level and path of [log] are for the daemon's own log, path of [access_log] for what it serves"},
    {"accesslog customlog transferlog cacheaccesslog logformat logs",
     "path and format of [access_log], or access_log and access_log_format of one listener"},
    {"dnsnameservers nameserver nameservers resolver resolvers dnsserver dnsservers",
     "servers of [dns] has the name servers; without it they are those of /etc/resolv.conf"},
    {"tls ssl cert certificate certfile keyfile httpscert sslbump mitm ca cacert",
     "listeners speak plain HTTP, and TLS passes through their tunnels unopened; there are no certificates here"},
    {"socks socks4 socks5 transparent intercept tproxy accel reverse reverseproxy reversepath",
     "there is an HTTP forward proxy here, no SOCKS, no transparent and no reverse proxy"},
    {"bandwidth ratelimit throttle delaypools limitrate speed", "the speed of connections is not limited here"},
    {"metrics prometheus stats statfile stathost exporter",
     "figures are not served by HTTP here; megaphone status --json has them"},
    {"include includes import", "the configuration is one file; others cannot be included"},
    {"xtinyproxy forwardedfor xforwardedfor followxforwardedfor",
     "forwarded and x_forwarded_for of [[proxy]] say what origins are told about clients"},
}};

std::string plain(std::string_view word) {
  std::string out;
  for (const char c : word) {
    if (c != '_' && c != '-') out += ascii::toLower(c);
  }
  return out;
}

bool has(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

}  // namespace

std::string_view adviseForeign(std::string_view word) {
  constexpr std::size_t kLongest = 64;
  if (word.empty() || word.size() > kLongest) return {};
  const std::string sought = plain(word);
  const auto found =
      std::find_if(kForeign.begin(), kForeign.end(), [&](const Foreign& each) { return has(each.words, sought); });
  return found == kForeign.end() ? std::string_view() : found->advice;
}

}  // namespace megaphone::config
