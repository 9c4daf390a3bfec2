#include "advice.h"

namespace megaphone::proxy {

std::string_view advice(Reason reason, Side side) {
  switch (reason) {
    case Reason::dns_error:
      return side == Side::daemon
                 ? "That is not the fault of the name: the name servers of this proxy cannot answer. Tell its operator."
                 : "Check the spelling of the name.";
    case Reason::dns_timeout:
      return "That is not the fault of the name: the name servers of this proxy do not answer. Try again later, or "
             "tell "
             "its operator.";
    case Reason::destination_ip_prohibited:
      return "If it is meant to be reached, the operator of this proxy can add it to allow_destinations, or to "
             "pac_exceptions so that browsers with the PAC file ask for it without the proxy.";
    case Reason::http_request_denied: return "The operator of this proxy decides who may use it and for which ports.";
    case Reason::connection_refused:
      return "The host is up, but nothing listens on that port. Check the port and the server.";
    case Reason::connection_timeout: return "The host may be down or behind a firewall. Try again later.";
    case Reason::connection_limit_reached: return "The proxy is busy. Try again in a moment.";
    case Reason::proxy_loop_detected: return "Give the address of a web server, not that of this proxy.";
    case Reason::kept_connection_lost:
      return "The origin may have acted on the request or not. Look there before you send it again.";
    case Reason::exchange_timeout: return "The operator of this proxy limits how long a request may take.";
    case Reason::http_request_error: return "Look at the program that sent the request, and at its settings.";
    default: return "Try again later.";
  }
}

}  // namespace megaphone::proxy
