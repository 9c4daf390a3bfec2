// Every key: its name, its rule and one sentence. A new key is a row here, a member in settings.h with its default, and
// a commented line in the manual (config/megaphone.toml); a test misses what is forgotten.
#include "table.h"

#include <array>

namespace megaphone::config {
namespace {

constexpr std::uint32_t kMillion = 1'000'000;
constexpr std::uint64_t kKiB = 1'024;
constexpr std::uint64_t kMiB = 1'024 * kKiB;
constexpr DurationRule kPhase{1ms, 1h};   // the deadline of a phase in which somebody should be active
constexpr DurationRule kIdle{1ms, 168h};  // how long nothing may happen

constexpr std::size_t kLongestSocketPath = 107;  // unix(7), the final zero aside

constexpr std::array<std::string_view, 2> kReplyWords{"stream", "once"};
constexpr std::array<std::string_view, 4> kLevelWords{"debug", "info", "warning", "error"};
constexpr std::array<std::string_view, 4> kMentionWords{"off", "add", "replace", "strip"};
constexpr std::array<std::string_view, 2> kSwitchWords{"off", "on"};
constexpr std::array<PathRule::Word, 2> kControlWords{{{"auto", "auto"}, {"none", ""}}};
constexpr std::array<PathRule::Word, 1> kLogWords{{{"stderr", ""}}};
constexpr std::array<std::string_view, 6> kFormatWords{"json", "combined", "squid", "logfmt", "text", "inherit"};
constexpr std::array<std::string_view, 2> kHalfCloseWords{"serve", "abort"};
constexpr std::array<PathRule::Word, 4> kAccessLogWords{
    {{"inherit", ""}, {"none", "none"}, {"stderr", "stderr"}, {"stdout", "stdout"}}};
constexpr std::array<PathRule::Word, 1> kCaptureWords{{{"none", ""}}};

template <class S>
AnyField<S> path(std::string S::*member, std::span<const PathRule::Word> words,
                 std::size_t longest = PathRule::kLongest) {
  return Field<S, std::string, PathRule>{member, {words, longest}};
}

// What every listener has, in front of the keys of its kind.
template <class S>
std::vector<Key<S>> listenerKeys(std::string_view name, std::vector<Key<S>> own) {
  std::vector<Key<S>> keys{
      {"listen", Field<S, std::vector<ListenOn>, ListenRule>{&S::listen, {}},
       "The address and port to listen on, \"systemd:NAME\" for a socket of systemd, or an array of several.", true},
      {"name", Field<S, std::string, NameRule>{&S::name, {name}}, "What logs and counters call this listener."},
      {"clients", Field<S, std::vector<NetworkEntry>, NetworkRule>{&S::clients, {}},
       "The networks whose clients are served; all others are refused."},
      {"access_log", path<S>(&S::access_log, kAccessLogWords),
       "Where the access log has the lines of this listener; \"inherit\" is as [access_log] says."},
      {"access_log_format", Field<S, LogFormat, ChoiceRule<LogFormat>>{&S::access_log_format, {kFormatWords}},
       "How they look; \"inherit\" is as [access_log] says."},
      {"capture", path<S>(&S::capture, kCaptureWords),
       "The file into which all traffic is captured (pcapng), or \"none\"."},
      {"capture_size", Field<S, std::uint64_t, SizeRule>{&S::capture_size, {64 * kKiB, 1'024 * kMiB}},
       "The size of that file at which another one begins."},
      {"capture_files", Field<S, std::uint32_t, NumberRule>{&S::capture_files, {1, 1'000}},
       "How many of these files are kept, the one that is written included."},
      {"capture_headers_only", Field<S, bool, FlagRule>{&S::capture_headers_only, {}},
       "Whether content, and what passes through tunnels, is left out of it; heads of HTTP messages are not."},
  };
  keys.insert(keys.end(), own.begin(), own.end());
  return keys;
}

template <class S>
AnyField<S> number(std::uint32_t S::*member, NumberRule rule) {
  return Field<S, std::uint32_t, NumberRule>{member, rule};
}
template <class S>
AnyField<S> duration(Duration S::*member, DurationRule rule) {
  return Field<S, Duration, DurationRule>{member, rule};
}
template <class S>
AnyField<S> size(std::uint64_t S::*member, SizeRule rule) {
  return Field<S, std::uint64_t, SizeRule>{member, rule};
}
template <class S>
AnyField<S> flag(bool S::*member) {
  return Field<S, bool, FlagRule>{member, {}};
}
AnyField<Proxy> mention(ClientMention Proxy::*member) {
  return Field<Proxy, ClientMention, ChoiceRule<ClientMention>>{member, {kMentionWords}};
}

}  // namespace

const Section<UppercaseTcp>& uppercaseTcpSection() {
  using S = UppercaseTcp;
  static const Section<S> section{
      "uppercase_tcp", "A TCP listener that answers every byte with its capital.",
      listenerKeys<S>("uppercase-tcp",
                      {
                          {"reply", Field<S, S::Reply, ChoiceRule<S::Reply>>{&S::reply, {kReplyWords}},
                           "Whether a connection is answered as long as it lasts, or once and then closed."},
                          {"max_connections", number(&S::max_connections, {1, kMillion}),
                           "How many connections are open at once; more are closed as they come."},
                          {"idle_timeout", duration(&S::idle_timeout, kIdle),
                           "How long a connection may be silent before it is closed."},
                      })};
  return section;
}

const Section<UppercaseUdp>& uppercaseUdpSection() {
  using S = UppercaseUdp;
  static const Section<S> section{
      "uppercase_udp", "A UDP listener that answers every datagram with its capitals.",
      listenerKeys<S>(
          "uppercase-udp",
          {
              {"answer_low_ports", flag(&S::answer_low_ports), "Whether datagrams from ports below 1024 are answered."},
              {"rate_limit", number(&S::rate_limit, {0, kMillion}),
               "Datagrams a second that are answered to one source address; 0 for no limit."},
              {"rate_limit_loopback", flag(&S::rate_limit_loopback),
               "Whether the rate limit holds for loopback sources too."},
              {"repeat_limit", number(&S::repeat_limit, {0, kMillion}),
               "Identical, unchanged datagrams in a row after which a source is silenced; 0 for never."},
              {"silence", duration(&S::silence, {1ms, 1h}), "For how long a source is silenced."},
              {"receive_buffer", size(&S::receive_buffer, {4 * kKiB, 1'024 * kMiB}),
               "The receive buffer that the kernel is asked for."},
          })};
  return section;
}

const Section<Proxy>& proxySection() {
  using S = Proxy;
  static const Section<S> section{
      "proxy", "An HTTP/1.1 forward proxy.",
      listenerKeys<S>(
          "proxy",
          {
              {"allow_destinations",
               Field<S, std::vector<NetworkEntry>, NetworkRule>{&S::allow_destinations, {.this_machine = true}},
               "Networks that may be reached although they are denied by default."},
              {"connect_ports", Field<S, std::vector<PortRange>, PortRule>{&S::connect_ports, {}},
               "The only ports to which CONNECT may open a tunnel."},
              {"deny_ports", Field<S, std::vector<PortRange>, PortRule>{&S::deny_ports, {}},
               "Ports that no request may reach, whatever else is allowed."},
              {"max_connections", number(&S::max_connections, {1, kMillion}),
               "How many clients are connected at once."},
              {"max_connections_per_client", number(&S::max_connections_per_client, {1, kMillion}),
               "How many of them may come from one address."},
              {"max_request_line", size(&S::max_request_line, {512, kMiB}), "The longest request line."},
              {"max_head", size(&S::max_head, {kKiB, 16 * kMiB}),
               "The largest head of a message, its first line included."},
              {"max_fields", number(&S::max_fields, {8, 10'000}), "The most header fields of a message."},
              {"idle_timeout", duration(&S::idle_timeout, kIdle),
               "How long a client may be silent between two requests."},
              {"request_head_timeout", duration(&S::request_head_timeout, kPhase),
               "From the first byte of a request to the end of its head."},
              {"body_timeout", duration(&S::body_timeout, kPhase),
               "How long a body, either way, may make no progress."},
              {"connect_timeout", duration(&S::connect_timeout, kPhase),
               "For the name and all attempts to connect together."},
              {"response_timeout", duration(&S::response_timeout, kPhase),
               "From the end of the request to the head of the answer."},
              {"tunnel_idle_timeout", duration(&S::tunnel_idle_timeout, kIdle),
               "How long a tunnel may be silent both ways before it is closed."},
              {"linger_timeout", duration(&S::linger_timeout, kPhase),
               "After an early answer, how long what the client still sends is read away."},
              {"client_half_close",
               Field<S, S::HalfClose, ChoiceRule<S::HalfClose>>{&S::client_half_close, {kHalfCloseWords}},
               "Whether a client that ends its sending is still answered, or taken for one that has gone."},
              {"total_timeout", duration(&S::total_timeout, {0s, 168h}),
               "From the first byte of a request to the end of its answer or tunnel; 0s for no limit."},
              {"replay_buffer", size(&S::replay_buffer, {0, 16 * kMiB}),
               "How much of a request's content is held to be sent once more, where a kept connection died."},
              {"forwarded", mention(&S::forwarded), "Whether Forwarded tells origins the client's address."},
              {"x_forwarded_for", mention(&S::x_forwarded_for),
               "Whether X-Forwarded-For tells origins the client's address."},
              {"via_header", Field<S, bool, ChoiceRule<bool>>{&S::via_header, {kSwitchWords}},
               "Whether Via names this proxy, to origins and to clients."},
              {"own_names", Field<S, std::vector<HostPattern>, HostRule>{&S::own_names, {}},
               "Names under which clients reach the proxy's own pages, beside its addresses."},
              {"page_note", Field<S, std::string, TextRule>{&S::page_note, {1'000}},
               "A text of the operator's on the proxy's pages, such as whom to ask."},
              {"pac_exceptions", Field<S, std::vector<HostPattern>, HostRule>{&S::pac_exceptions, {}},
               "The hosts that the PAC file lets browsers ask directly."},
              {"pac_fallback", flag(&S::pac_fallback),
               "Whether the PAC file lets browsers do without the proxy while it is out of reach."},
              {"failures_per_client", number(&S::failures_per_client, {0, 64}),
               "How many of its last failures a client address is shown at /why; 0 for none."},
          })};
  return section;
}

const Section<DaemonSettings>& daemonSection() {
  using S = DaemonSettings;
  static const Section<S> section{
      "daemon",
      "The process as a whole.",
      {
          {"event_loops", number(&S::event_loops, {1, 256, "auto"}),
           "Threads that serve clients; \"auto\" is one per CPU."},
          {"connect_workers", number(&S::connect_workers, {1, 64}),
           "Threads that resolve names and connect to what they lead to."},
          {"max_pending_connects", number(&S::max_pending_connects, {1, kMillion}),
           "Connects that wait at one worker, or at all event loops, at once."},
          {"max_pending_per_destination", number(&S::max_pending_per_destination, {1, kMillion}),
           "How many of all may be for one destination."},
          {"max_pending_per_client", number(&S::max_pending_per_client, {1, kMillion}),
           "How many of all may be for one client address."},
          {"max_idle_origins", number(&S::max_idle_origins, {1, kMillion}),
           "Idle connections to origins that each event loop keeps for the next request."},
          {"max_idle_per_origin", number(&S::max_idle_per_origin, {1, kMillion}), "How many of them to one origin."},
          {"origin_idle_timeout", duration(&S::origin_idle_timeout, kIdle), "How long such a connection is kept."},
          {"drain_delay", duration(&S::drain_delay, {0ms, 1h}),
           "How long the daemon, told to stop, goes on accepting clients before it begins to end."},
          {"drain_time", duration(&S::drain_time, {1ms, 24h}),
           "How long the daemon, told to stop, lets exchanges and tunnels finish."},
          {"splice", flag(&S::splice),
           "Whether the kernel moves bulk from connection to connection without copying it."},
      }};
  return section;
}

const Section<Control>& controlSection() {
  using S = Control;
  static const Section<S> section{"control",
                                  "The socket on which \"megaphone status\" and the like talk to the daemon.",
                                  {
                                      {"path", path(&S::path, kControlWords, kLongestSocketPath),
                                       "The path of the socket, \"auto\" for the usual place, or \"none\"."},
                                      {"group", Field<S, std::string, NameRule>{&S::group, {.underscores = true}},
                                       "The group whose members may use it; \"none\" for the owner alone."},
                                  }};
  return section;
}

const Section<Log>& logSection() {
  using S = Log;
  static const Section<S> section{"log",
                                  "What the daemon tells about itself.",
                                  {
                                      {"level", Field<S, S::Level, ChoiceRule<S::Level>>{&S::level, {kLevelWords}},
                                       "The least important line that is written."},
                                      {"path", path(&S::path, kLogWords), "The file of the log, or \"stderr\"."},
                                  }};
  return section;
}

const Section<AccessLog>& accessLogSection() {
  using S = AccessLog;
  static const Section<S> section{
      "access_log",
      "One line for every exchange, tunnel and connection.",
      {
          {"path", path(&S::path, std::span(kAccessLogWords).subspan(1)),
           "The file of the access log, \"stdout\", \"stderr\" or \"none\"."},
          {"format", Field<S, LogFormat, ChoiceRule<LogFormat>>{&S::format, {std::span(kFormatWords).first(5)}},
           "How its lines look."},
          {"query_strings", flag(&S::query_strings), "Whether targets are written with what follows their '?'."},
          {"ring", size(&S::ring, {16 * kKiB, 256 * kMiB}), "What each event loop may hold back until it is written."},
          {"datagram_interval", duration(&S::datagram_interval, {10ms, 1h}),
           "Datagrams are summed over this into one line."},
      }};
  return section;
}

const Section<Dns>& dnsSection() {
  using S = Dns;
  static const Section<S> section{
      "dns",
      "How the proxy finds the addresses of names.",
      {
          {"servers", Field<S, std::vector<Endpoint>, AddressRule>{&S::servers, {.standard_port = 53}},
           "The name servers to ask; empty for those of /etc/resolv.conf."},
          {"hosts_file", flag(&S::hosts_file), "Whether /etc/hosts is read first."},
          {"timeout", duration(&S::timeout, {10ms, 1min}), "How long one try waits for its answer."},
          {"tries", number(&S::tries, {1, 10}), "How often each server is asked."},
          {"search", Field<S, std::vector<std::string>, SearchRule>{&S::search, {}},
           "Domains under which names are looked up, too; \"resolv.conf\" for those of /etc/resolv.conf."},
          {"ndots", number(&S::ndots, {0, 15}),
           "With so many dots a name is looked up as it is before these domains are searched."},
          {"min_ttl", duration(&S::min_ttl, {0s, 24h}), "Answers are kept at least this long."},
          {"max_ttl", duration(&S::max_ttl, {0s, 168h}), "Answers are kept at most this long."},
          {"negative_ttl", duration(&S::negative_ttl, {0s, 1h}),
           "How long it is remembered that a name has no address."},
          {"cache_entries", number(&S::cache_entries, {1, 10 * kMillion}), "Names that each connect worker remembers."},
      }};
  return section;
}

}  // namespace megaphone::config
