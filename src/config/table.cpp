// Every key: its name, its rule and one sentence. A new key is a row here, a member in settings.h with its default, and
// a commented line in the manual (config/megaphone.toml); a test misses what is forgotten. A table inside of another is
// a Section in the fourth member of the other's.
#include "table.h"

#include <array>

#include "elements.h"
#include "megaphone/config/listener_kinds.h"

namespace megaphone::config {
namespace {

constexpr std::uint32_t kMillion = 1'000'000;
constexpr std::uint64_t kKiB = 1'024;
constexpr std::uint64_t kMiB = 1'024 * kKiB;
constexpr DurationRule kPhase{1ms, 1h};   // the deadline of a phase in which a peer should be active
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

// Returns the keys that every listener has, and behind them those of its kind.
template <class S>
std::vector<Key<S>> listenerKeys(std::vector<Key<S>> own) {
  std::vector<Key<S>> keys{
      {"listen", field<S>(&S::listen, ListRule<ListenElement>{.may_be_empty = false}),
       "The address and port to listen on, \"systemd:NAME\" for a socket of systemd, or an array of several.", true},
      {"name", field<S>(&S::name, NameRule{kListenerKind<S>.word}), "What logs and counters call this listener."},
      {"clients", field<S>(&S::clients, ListRule<NetworkElement>{}),
       "The networks whose clients are served; all others are refused."},
      {"access_log", field<S>(&S::access_log, PathRule{kAccessLogWords}),
       "Where the access log has the lines of this listener; \"inherit\" is as [access_log] says."},
      {"access_log_format", field<S>(&S::access_log_format, ChoiceRule<LogFormat>{kFormatWords}),
       "How they look; \"inherit\" is as [access_log] says."},
      {"capture", field<S>(&S::capture, PathRule{kCaptureWords}),
       "The file into which all traffic is captured (pcapng), or \"none\"."},
      {"capture_size", field<S>(&S::capture_size, SizeRule{64 * kKiB, 1'024 * kMiB}),
       "The size of that file at which another one begins."},
      {"capture_files", field<S>(&S::capture_files, NumberRule{1, 1'000}),
       "How many of these files are kept, the one that is written included."},
      {"capture_headers_only", field<S>(&S::capture_headers_only, FlagRule{}),
       "Whether content, and what passes through tunnels, is left out of it; heads of HTTP messages are not."},
  };
  keys.insert(keys.end(), own.begin(), own.end());
  return keys;
}

Section<UppercaseTcp> uppercaseTcpSection() {
  using S = UppercaseTcp;
  return {kListenerKind<S>.section, "A TCP listener that answers every byte with its capital.",
          listenerKeys<S>({
              {"reply", field<S>(&S::reply, ChoiceRule<S::Reply>{kReplyWords}),
               "Whether a connection is answered as long as it lasts, or once and then closed."},
              {"max_connections", field<S>(&S::max_connections, NumberRule{1, kMillion}),
               "How many connections are open at once; more are closed as they come."},
              {"idle_timeout", field<S>(&S::idle_timeout, kIdle),
               "How long a connection may be silent before it is closed."},
          })};
}

Section<UppercaseUdp> uppercaseUdpSection() {
  using S = UppercaseUdp;
  return {kListenerKind<S>.section, "A UDP listener that answers every datagram with its capitals.",
          listenerKeys<S>({
              {"answer_low_ports", field<S>(&S::answer_low_ports, FlagRule{}),
               "Whether datagrams from ports below 1024 are answered."},
              {"rate_limit", field<S>(&S::rate_limit, NumberRule{0, kMillion}),
               "Datagrams a second that are answered to one source address; 0 for no limit."},
              {"rate_limit_loopback", field<S>(&S::rate_limit_loopback, FlagRule{}),
               "Whether the rate limit holds for loopback sources too."},
              {"repeat_limit", field<S>(&S::repeat_limit, NumberRule{0, kMillion}),
               "Identical, unchanged datagrams in a row after which a source is silenced; 0 for never."},
              {"silence", field<S>(&S::silence, DurationRule{1ms, 1h}), "For how long a source is silenced."},
              {"receive_buffer", field<S>(&S::receive_buffer, SizeRule{4 * kKiB, 1'024 * kMiB}),
               "The receive buffer that the kernel is asked for."},
          })};
}

Section<Proxy> proxySection() {
  using S = Proxy;
  return {
      kListenerKind<S>.section, "An HTTP/1.1 forward proxy.",
      listenerKeys<S>({
          {"allow_destinations", field<S>(&S::allow_destinations, ListRule<NetworkElement>{{.this_machine = true}}),
           "Networks that may be reached although they are denied by default."},
          {"connect_ports", field<S>(&S::connect_ports, ListRule<PortElement>{}),
           "The only ports to which CONNECT may open a tunnel."},
          {"deny_ports", field<S>(&S::deny_ports, ListRule<PortElement>{}),
           "Ports that no request may reach, whatever else is allowed."},
          {"max_connections", field<S>(&S::max_connections, NumberRule{1, kMillion}),
           "How many clients are connected at once."},
          {"max_connections_per_client", field<S>(&S::max_connections_per_client, NumberRule{1, kMillion}),
           "How many of them may come from one address."},
          {"max_request_line", field<S>(&S::max_request_line, SizeRule{512, kMiB}), "The longest request line."},
          {"max_head", field<S>(&S::max_head, SizeRule{kKiB, 16 * kMiB}),
           "The largest head of a message, its first line included."},
          {"max_fields", field<S>(&S::max_fields, NumberRule{8, 10'000}), "The most header fields of a message."},
          {"idle_timeout", field<S>(&S::idle_timeout, kIdle), "How long a client may be silent between two requests."},
          {"request_head_timeout", field<S>(&S::request_head_timeout, kPhase),
           "From the first byte of a request to the end of its head."},
          {"body_timeout", field<S>(&S::body_timeout, kPhase), "How long a body, either way, may make no progress."},
          {"connect_timeout", field<S>(&S::connect_timeout, kPhase),
           "For the name and all attempts to connect together."},
          {"response_timeout", field<S>(&S::response_timeout, kPhase),
           "From the end of the request to the head of the answer."},
          {"tunnel_idle_timeout", field<S>(&S::tunnel_idle_timeout, kIdle),
           "How long a tunnel may be silent both ways before it is closed."},
          {"linger_timeout", field<S>(&S::linger_timeout, kPhase),
           "After an early answer, how long what the client still sends is read away."},
          {"client_half_close", field<S>(&S::client_half_close, ChoiceRule<S::HalfClose>{kHalfCloseWords}),
           "Whether a client that ends its sending is still answered, or taken for one that has gone."},
          {"total_timeout", field<S>(&S::total_timeout, DurationRule{0s, 168h}),
           "From the first byte of a request to the end of its answer or tunnel; 0s for no limit."},
          {"replay_buffer", field<S>(&S::replay_buffer, SizeRule{0, 16 * kMiB}),
           "How much of a request's content is held to be sent once more, where a kept connection died."},
          {"forwarded", field<S>(&S::forwarded, ChoiceRule<ClientMention>{kMentionWords}),
           "Whether Forwarded tells origins the client's address."},
          {"x_forwarded_for", field<S>(&S::x_forwarded_for, ChoiceRule<ClientMention>{kMentionWords}),
           "Whether X-Forwarded-For tells origins the client's address."},
          {"via_header", field<S>(&S::via_header, ChoiceRule<bool>{kSwitchWords}),
           "Whether Via names this proxy, to origins and to clients."},
          {"own_names", field<S>(&S::own_names, ListRule<HostElement>{}),
           "Names under which clients reach the proxy's own pages, beside its addresses."},
          {"page_note", field<S>(&S::page_note, TextRule{1'000}),
           "A text of the operator's on the proxy's pages, such as whom to ask."},
          {"pac_exceptions", field<S>(&S::pac_exceptions, ListRule<HostElement>{}),
           "The hosts that the PAC file lets browsers ask directly."},
          {"pac_fallback", field<S>(&S::pac_fallback, FlagRule{}),
           "Whether the PAC file lets browsers do without the proxy while it is out of reach."},
          {"failures_per_client", field<S>(&S::failures_per_client, NumberRule{0, 64}),
           "How many of its last failures a client address is shown at /why; 0 for none."},
      })};
}

Section<DaemonSettings> daemonSection() {
  using S = DaemonSettings;
  return {"daemon",
          "The process as a whole.",
          {
              {"event_loops", field<S>(&S::event_loops, NumberRule{1, 256, "auto"}),
               "Threads that serve clients; \"auto\" is one per CPU."},
              {"connect_workers", field<S>(&S::connect_workers, NumberRule{1, 64}),
               "Threads that resolve names and connect to what they lead to."},
              {"max_pending_connects", field<S>(&S::max_pending_connects, NumberRule{1, kMillion}),
               "Connects that wait at one worker, or at all event loops, at once."},
              {"max_pending_per_destination", field<S>(&S::max_pending_per_destination, NumberRule{1, kMillion}),
               "How many of all may be for one destination."},
              {"max_pending_per_client", field<S>(&S::max_pending_per_client, NumberRule{1, kMillion}),
               "How many of all may be for one client address."},
              {"max_idle_origins", field<S>(&S::max_idle_origins, NumberRule{1, kMillion}),
               "Idle connections to origins that each event loop keeps for the next request."},
              {"max_idle_per_origin", field<S>(&S::max_idle_per_origin, NumberRule{1, kMillion}),
               "How many of them to one origin."},
              {"origin_idle_timeout", field<S>(&S::origin_idle_timeout, kIdle), "How long such a connection is kept."},
              {"drain_delay", field<S>(&S::drain_delay, DurationRule{0ms, 1h}),
               "How long the daemon, told to stop, goes on accepting clients before it begins to end."},
              {"drain_time", field<S>(&S::drain_time, DurationRule{1ms, 24h}),
               "How long the daemon, told to stop, lets exchanges and tunnels finish."},
              {"splice", field<S>(&S::splice, FlagRule{}),
               "Whether the kernel moves bulk from connection to connection without copying it."},
          }};
}

Section<Control> controlSection() {
  using S = Control;
  return {"control",
          "The socket on which \"megaphone status\" and the like talk to the daemon.",
          {
              {"path", field<S>(&S::path, PathRule{kControlWords, kLongestSocketPath}),
               "The path of the socket, \"auto\" for the usual place, or \"none\"."},
              {"group", field<S>(&S::group, NameRule{.underscores = true}),
               "The group whose members may use it; \"none\" for the owner alone."},
          }};
}

Section<Log> logSection() {
  using S = Log;
  return {"log",
          "What the daemon tells about itself.",
          {
              {"level", field<S>(&S::level, ChoiceRule<S::Level>{kLevelWords}),
               "The least important line that is written."},
              {"path", field<S>(&S::path, PathRule{kLogWords}), "The file of the log, or \"stderr\"."},
          }};
}

Section<AccessLog> accessLogSection() {
  using S = AccessLog;
  return {"access_log",
          "One line for every exchange, tunnel and connection.",
          {
              {"path", field<S>(&S::path, PathRule{std::span(kAccessLogWords).subspan(1)}),
               "The file of the access log, \"stdout\", \"stderr\" or \"none\"."},
              {"format", field<S>(&S::format, ChoiceRule<LogFormat>{std::span(kFormatWords).first(5)}),
               "How its lines look."},
              {"query_strings", field<S>(&S::query_strings, FlagRule{}),
               "Whether targets are written with what follows their '?'."},
              {"ring", field<S>(&S::ring, SizeRule{16 * kKiB, 256 * kMiB}),
               "What each event loop may hold back until it is written."},
              {"datagram_interval", field<S>(&S::datagram_interval, DurationRule{10ms, 1h}),
               "Datagrams are summed over this into one line."},
          }};
}

Section<Dns> dnsSection() {
  using S = Dns;
  return {"dns",
          "How the proxy finds the addresses of names.",
          {
              {"servers", field<S>(&S::servers, ListRule<ServerElement>{{.standard_port = 53}}),
               "The name servers to ask; empty for those of /etc/resolv.conf."},
              {"hosts_file", field<S>(&S::hosts_file, FlagRule{}), "Whether /etc/hosts is read first."},
              {"timeout", field<S>(&S::timeout, DurationRule{10ms, 1min}), "How long one try waits for its answer."},
              {"tries", field<S>(&S::tries, NumberRule{1, 10}), "How often each server is asked."},
              {"search", field<S>(&S::search, ListRule<DomainElement>{}),
               "Domains under which names are looked up, too; \"resolv.conf\" for those of /etc/resolv.conf."},
              {"ndots", field<S>(&S::ndots, NumberRule{0, 15}),
               "With so many dots a name is looked up as it is before these domains are searched."},
              {"min_ttl", field<S>(&S::min_ttl, DurationRule{0s, 24h}), "Answers are kept at least this long."},
              {"max_ttl", field<S>(&S::max_ttl, DurationRule{0s, 168h}), "Answers are kept at most this long."},
              {"negative_ttl", field<S>(&S::negative_ttl, DurationRule{0s, 1h}),
               "How long it is remembered that a name has no address."},
              {"cache_entries", field<S>(&S::cache_entries, NumberRule{1, 10 * kMillion}),
               "Names that each connect worker remembers."},
          }};
}

}  // namespace

const Section<Settings>& fileSection() {
  using S = Settings;
  static const Section<S> section{"",
                                  "The configuration of megaphoned.",
                                  {},
                                  {
                                      tables(kListenerKind<UppercaseTcp>.listeners, uppercaseTcpSection()),
                                      tables(kListenerKind<UppercaseUdp>.listeners, uppercaseUdpSection()),
                                      tables(kListenerKind<Proxy>.listeners, proxySection()),
                                      table(&S::daemon, daemonSection()),
                                      table(&S::control, controlSection()),
                                      table(&S::log, logSection()),
                                      table(&S::access_log, accessLogSection()),
                                      table(&S::dns, dnsSection()),
                                  }};
  return section;
}

}  // namespace megaphone::config
