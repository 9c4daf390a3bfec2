// All sentences of the client about failures stand here, so that they sound alike.
#include "diagnosis.h"

#include <netdb.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <sstream>

namespace megaphone::client {
namespace {

std::string hostPort(const std::string& host, const std::string& port) {
  return host.find(':') == std::string::npos ? host + ":" + port : "[" + host + "]:" + port;
}

std::string seconds(Duration duration) {
  std::ostringstream out;
  out << std::chrono::duration<double>(duration).count() << " s";
  return out.str();
}

std::string reasonOf(int errnum) { return std::strerror(errnum); }  // NOLINT(concurrency-mt-unsafe): one thread

std::string count(std::size_t number, const std::string& thing) {
  return std::to_string(number) + " " + thing + (number == 1 ? "" : "s");
}

Ending refused(const Place& place) {
  if (place.transport == Transport::tcp) {
    return {ExitCode::unreachable, place.text() + " refused the connection: the host is up, but nothing listens there",
            "Is the server started, and is the port the one in its configuration?"};
  }
  return {ExitCode::unreachable, place.text() + ": the host answered: port unreachable",
          "Nothing listens on this UDP port; is the server started, and is the port the one in its configuration?"};
}

Ending unreachable(int errnum, const Place& place, const std::string& offender) {
  const std::string who = offender.empty() ? "" : " (said by " + offender + ")";
  if (errnum == EHOSTUNREACH) {
    return {ExitCode::unreachable, "The host " + place.text() + " cannot be reached" + who,
            "It may be switched off, or the address may be wrong"};
  }
  return {ExitCode::unreachable, "There is no route to " + place.text() + who,
          "Check this machine's network, or try the other family with -4 or -6"};
}

}  // namespace

std::string Place::text() const {
  const std::string named = hostPort(host, port);
  return address.empty() || address == named ? named : named + " (" + address + ")";
}

Ending lookupFailed(int code, int errnum, const Place& place) {
  switch (code) {
    case EAI_NONAME:
      return {ExitCode::host_unknown, "The host \"" + place.host + "\" is unknown",
              "Check the spelling, or give a numeric address"};
    case EAI_NODATA:
    case EAI_ADDRFAMILY:
    case EAI_FAMILY:
      return {ExitCode::host_unknown, "The host \"" + place.host + "\" has no address of the wanted family",
              "Try without -4 or -6"};
    case EAI_AGAIN:
      return {ExitCode::timeout, "The name server did not answer for \"" + place.host + "\"",
              "Check this machine's network and /etc/resolv.conf, or give a numeric address"};
    case EAI_FAIL:
      return {ExitCode::host_unknown, "The name server failed to look up \"" + place.host + "\"",
              "Try again later, or give a numeric address"};
    case EAI_SERVICE: return {ExitCode::usage, "\"" + place.port + "\" is not a port", "Give a number from 1 to 65535"};
    case EAI_SYSTEM: return systemFailed("looking up \"" + place.host + "\"", errnum);
    default:
      return {ExitCode::host_unknown, "The host \"" + place.host + "\" was not found: " + ::gai_strerror(code),
              "Check the spelling, or give a numeric address"};
  }
}

Ending connectFailed(int errnum, const Place& place, const std::string& offender) {
  switch (errnum) {
    case ECONNREFUSED: return refused(place);
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EHOSTDOWN:
    case ENETDOWN:
    case EADDRNOTAVAIL: return unreachable(errnum, place, offender);
    case ETIMEDOUT:
      return {ExitCode::timeout, place.text() + " did not answer: the connection timed out",
              "A firewall may drop the packets, or the address may be wrong"};
    case EACCES:
    case EPERM:
      return {ExitCode::permission, "This machine does not permit talking to " + place.text(),
              "A local firewall or route forbids it; a broadcast address is not possible either"};
    default:
      return {ExitCode::unreachable, "Connecting to " + place.text() + " failed: " + reasonOf(errnum),
              "Check the address and the port"};
  }
}

Ending transferFailed(int errnum, const Place& place) {
  if (errnum == ECONNRESET || errnum == EPIPE) {
    return {ExitCode::io, place.text() + " broke the connection off",
            "The server ended, or closed without reading all that was sent"};
  }
  if (errnum == ETIMEDOUT || errnum == EHOSTUNREACH || errnum == ENETUNREACH) {
    return {ExitCode::io, "The connection to " + place.text() + " was lost: " + reasonOf(errnum),
            "Check the network between here and there"};
  }
  return {ExitCode::io, "The connection to " + place.text() + " failed: " + reasonOf(errnum), "Try again"};
}

Ending connectTimedOut(const Place& place, Duration waited) {
  return {ExitCode::timeout, place.text() + " did not answer within " + seconds(waited),
          "A firewall may drop the packets, or the address may be wrong; --timeout waits longer"};
}

Ending answerTimedOut(const Place& place, Duration waited, std::size_t received, std::size_t expected) {
  if (place.transport == Transport::udp) {
    return {ExitCode::timeout, "No answer from " + place.text() + " within " + seconds(waited),
            "A datagram may be lost, a firewall may drop it, or the address may be wrong; --timeout waits longer"};
  }
  const std::string what = received == 0
                               ? "No answer"
                               : "Only " + std::to_string(received) + " of " + count(expected, "byte") + " of answer";
  return {ExitCode::timeout, what + " from " + place.text() + " within " + seconds(waited),
          "The connection stands, but the server is silent: is it an uppercase server? --timeout waits longer"};
}

Ending closedBetween(const Place& place, std::size_t answered, std::size_t total) {
  if (answered == 0) {
    return {ExitCode::io, place.text() + " closed the connection without an answer",
            "It may refuse this machine, have no room for more clients, or be no uppercase server"};
  }
  const std::string after =
      total == 0 ? count(answered, "answer") : std::to_string(answered) + " of " + count(total, "answer");
  return {total == 0 ? ExitCode::ok : ExitCode::io, place.text() + " closed the connection after " + after,
          "A server that answers once per connection needs one command per message"};
}

Ending closedWithin(const Place& place, std::size_t received, std::size_t expected) {
  return {ExitCode::io,
          place.text() + " closed the connection after " + std::to_string(received) + " of " + count(expected, "byte") +
              " of answer",
          "The message may be longer than the server reads at once"};
}

Ending closedBeforeEndOfInput(const Place& place) {
  return {ExitCode::io, place.text() + " closed the connection before all input was sent",
          "A server that answers once per connection takes one message only"};
}

Ending keptOpen(const Place& place) {
  return {ExitCode::ok, place.text() + " has answered everything, but keeps the connection open",
          "Nothing is lost; a server ends its side when the client has ended its own"};
}

Ending messageTooLong(std::size_t bytes, std::size_t limit) {
  return {ExitCode::usage,
          "The message has " + std::to_string(bytes) + " bytes or more, and a UDP datagram carries " +
              std::to_string(limit) + " at most",
          "Send it in parts, or by TCP"};
}

Ending inputFailed(int errnum) { return {ExitCode::io, "Reading the input failed: " + reasonOf(errnum), ""}; }

Ending outputFailed(int errnum) {
  if (errnum == EPIPE) return {};
  return {ExitCode::io, "Writing the answer to the standard output failed: " + reasonOf(errnum),
          errnum == ENOSPC ? "Make room on the disk" : ""};
}

Ending interrupted() { return {ExitCode::interrupted, "", ""}; }

Ending systemFailed(const std::string& what, int errnum) {
  return {ExitCode::io, "A system call failed (" + what + "): " + reasonOf(errnum), ""};
}

int mostTelling(int a, int b) {
  for (const int errnum : {ECONNREFUSED, ETIMEDOUT}) {
    if (a == errnum || b == errnum) return errnum;
  }
  return a != 0 ? a : b;
}

}  // namespace megaphone::client
