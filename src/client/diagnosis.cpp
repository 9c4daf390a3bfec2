// Holds all sentences of the client about failures, so that they read alike.
#include "diagnosis.h"

#include <netdb.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <sstream>
#include <string_view>

#include "megaphone/base/ascii.h"
#include "megaphone/base/endpoint.h"

namespace megaphone::client {
namespace {

// A name server that cannot be reached makes getaddrinfo fail within milliseconds.
constexpr Duration kSilence = std::chrono::milliseconds(900);

std::string hostPort(const std::string& host, const std::string& port) {
  return host.find(':') == std::string::npos ? host + ":" + port : "[" + host + "]:" + port;
}

std::string reasonOf(int errnum) { return std::strerror(errnum); }  // NOLINT(concurrency-mt-unsafe): one thread

bool isLinkLocalWithoutScope(const Place& place) {
  const auto endpoint = Endpoint::parse(place.address);
  return endpoint && !endpoint->address.isV4() && endpoint->address.isLinkLocal() && endpoint->address.scope() == 0;
}

// Returns whether another machine than the host itself sent the error.
bool saidOnTheWay(const NetworkError& error, const Place& place) {
  const auto endpoint = Endpoint::parse(place.address);
  return !error.offender.empty() && endpoint && endpoint->address.text() != error.offender;
}

Outcome refused(const NetworkError& error, const Place& place) {
  constexpr auto kCode = ExitCode::unreachable;
  const std::string advice =
      std::string("Is the server started, and is the port the one in its configuration?").append(kWaitHint);
  if (saidOnTheWay(error, place)) {
    return {kCode, error.offender + " refused for " + place.text() + ": port unreachable",
            "That is not the host itself, but a firewall or router on the way"};
  }
  if (place.transport == Transport::tcp) {
    return {kCode, place.text() + " refused the connection: the host is up, but nothing listens there", advice};
  }
  return {kCode, place.text() + ": the host answered: port unreachable, so nothing listens on this UDP port", advice};
}

// Explains errors that this machine reports at once, without sending anything.
Outcome noWayOut(int errnum, const Place& place) {
  const std::string look = "Look at the routes of this machine (ip route)";
  switch (errnum) {
    case EACCES:
      return {ExitCode::permission, "This machine does not permit talking to " + place.text(),
              "A prohibiting route forbids it, or it is a broadcast address"};
    case EPERM:
      return {ExitCode::permission, "This machine does not permit talking to " + place.text(),
              "A local firewall forbids it"};
    case EINVAL:
      if (isLinkLocalWithoutScope(place)) {
        return {ExitCode::unreachable, place.text() + " is a link-local address, which needs an interface",
                "Write it as " + place.host + "%eth0, with the name of yours"};
      }
      return {ExitCode::unreachable, "This machine drops what goes to " + place.text() + ": its route is a black hole",
              look};
    case EHOSTUNREACH:
      return {ExitCode::unreachable, "A route of this machine says that " + place.text() + " is unreachable", look};
    case EAFNOSUPPORT:
      return {ExitCode::unreachable, "This machine does not support the protocol of " + place.text(),
              "Try the other family with -4 or -6"};
    default:
      return {ExitCode::unreachable, "There is no route to " + place.text(),
              look + ", or try the other family with -4 or -6"};
  }
}

// Explains errors that came from the network, and timeouts.
Outcome unreachable(const NetworkError& error, const Place& place) {
  constexpr auto kCode = ExitCode::unreachable;
  if (error.forbidden) {
    return {kCode, error.offender + " forbids talking to " + place.text() + ": a firewall on the way",
            "Ask who runs it, or try another port"};
  }
  if (error.offender.empty()) {
    return {kCode, "No machine answers at the address of " + place.text() + " on its network",
            "It may be switched off, or the address may be wrong"};
  }
  if (error.errnum == EHOSTUNREACH) {
    return {kCode, error.offender + " says that the host " + place.text() + " cannot be reached",
            "It may be switched off, or the address may be wrong"};
  }
  return {kCode, error.offender + " says that it has no route to " + place.text(),
          "The address may be wrong, or the network in between may be down"};
}

std::string hexByte(char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  std::string out{kDigits[byte >> 4], kDigits[byte & 15]};
  if (byte > 0x20 && byte < 0x7f) out.append(" '").append(1, c).append("'");
  return out;
}

std::string likelyReason(const Difference& difference) {
  const auto expected = difference.expectedByte();
  const auto received = difference.receivedByte();
  if (!expected) return "The server said more than it was asked";
  if (!received) return "The server left something out at the end";
  if (ascii::isAlpha(*expected) && *received == ascii::toLower(*expected)) return "This letter was left small";
  if (static_cast<unsigned char>(*expected) >= 0x80) {
    return "Only a to z have capitals, other bytes stay as they are: does the server use a locale?";
  }
  return "Bytes were lost, added or exchanged, or this is not an uppercase server";
}

}  // namespace

std::string Place::text() const {
  const std::string named = hostPort(host, port);
  return address.empty() || address == named ? named : named + " (" + address + ")";
}

std::string secondsText(Duration duration) {
  std::ostringstream out;
  out << std::chrono::duration<double>(duration).count() << " s";
  return out.str();
}

Outcome lookupTimedOut(const Place& place, Duration waited) {
  return {ExitCode::timeout, "The name server was silent for " + secondsText(waited) + " about \"" + place.host + "\"",
          "Check this machine's network and /etc/resolv.conf, or give a numeric address"};
}

Outcome lookupFailed(int code, int errnum, const Place& place, Duration took) {
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
      // EAI_AGAIN stands for a silent server, which takes time, and for an unreachable one, which does not.
      if (took >= kSilence) return lookupTimedOut(place, std::chrono::round<std::chrono::seconds>(took));
      return {ExitCode::timeout, "The name server cannot be reached, or fails, for \"" + place.host + "\"",
              "Check this machine's network and /etc/resolv.conf, or give a numeric address"};
    case EAI_FAIL:
      return {ExitCode::host_unknown, "The name server failed to look up \"" + place.host + "\"",
              "Try again later, or give a numeric address"};
    case EAI_SERVICE: return {ExitCode::usage, "\"" + place.port + "\" is not a port", "Give a number from 1 to 65535"};
    case EAI_SYSTEM: return systemFailed("looking up \"" + place.host + "\"", errnum);
    default:
      return {ExitCode::host_unknown, "The host \"" + place.host + "\" was not found: " + ::gai_strerror(code),
              "Check this machine's name servers, or give a numeric address"};
  }
}

Outcome connectFailed(const NetworkError& error, const Place& place) {
  switch (error.errnum) {
    case ECONNREFUSED: return refused(error, place);
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EHOSTDOWN:
    case ENETDOWN:
    case EACCES:
    case EPERM:
    case EINVAL:
    case EAFNOSUPPORT: return error.local ? noWayOut(error.errnum, place) : unreachable(error, place);
    case EADDRNOTAVAIL:
      return {ExitCode::unreachable, "This machine has no free address or port to reach " + place.text() + " from",
              "Try the other family with -4 or -6, or again later"};
    case ETIMEDOUT:
      return {ExitCode::timeout, place.text() + " did not answer: the connection timed out",
              "A firewall may drop the packets, or the address may be wrong"};
    default:
      return {ExitCode::unreachable, "Connecting to " + place.text() + " failed: " + reasonOf(error.errnum),
              "Check the address and the port"};
  }
}

Outcome transferFailed(int errnum, const Place& place) {
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

Outcome connectTimedOut(const Place& place, Duration waited) {
  return {ExitCode::timeout, place.text() + " did not answer within " + secondsText(waited),
          "A firewall may drop the packets, or the address may be wrong; --timeout waits longer"};
}

Outcome answerTimedOut(const Place& place, Duration waited, std::size_t received, std::size_t expected) {
  if (place.transport == Transport::udp) {
    return {ExitCode::timeout, "No answer from " + place.text() + " within " + secondsText(waited),
            "A datagram may be lost, a firewall may drop it, or the address may be wrong; --timeout waits longer"};
  }
  const std::string what = received == 0
                               ? "No answer"
                               : "Only " + std::to_string(received) + " of " + counted(expected, "byte") + " of answer";
  return {ExitCode::timeout, what + " from " + place.text() + " within " + secondsText(waited),
          "The connection is open, but the server sends nothing: is it an uppercase server? --timeout waits longer"};
}

Outcome closedBetween(const Place& place, std::size_t answered, std::size_t total) {
  if (answered == 0) {
    return {ExitCode::io, place.text() + " closed the connection without an answer",
            "It may refuse this machine, have no room for more clients, or not be an uppercase server"};
  }
  const std::string after =
      total == 0 ? counted(answered, "answer") : std::to_string(answered) + " of " + counted(total, "answer");
  return {total == 0 ? ExitCode::ok : ExitCode::io, place.text() + " closed the connection after " + after,
          "A server that answers once per connection needs one command per message"};
}

Outcome closedWithin(const Place& place, std::size_t received, std::size_t expected) {
  return {ExitCode::io,
          place.text() + " closed the connection after " + std::to_string(received) + " of " +
              counted(expected, "byte") + " of answer",
          "The message may be longer than the server reads at once"};
}

Outcome closedBeforeEndOfInput(const Place& place) {
  return {ExitCode::io, place.text() + " closed the connection before all input was sent",
          "A server that answers once per connection takes one message only"};
}

Outcome keptOpen(const Place& place) {
  return {ExitCode::ok, place.text() + " has answered everything, but keeps the connection open",
          "Nothing is lost; a server ends its side when the client has ended its own"};
}

Outcome controlFailed(int errnum, const std::string& path) {
  switch (errnum) {
    case ENOENT:
      return {ExitCode::unreachable, "There is no control socket at " + path,
              "Is megaphoned running? If its [control] path is another one, name it with --socket"};
    case ECONNREFUSED:
      return {ExitCode::unreachable, "Nobody listens on " + path + ": megaphoned has ended without removing it",
              "Start it again"};
    case EACCES:
    case EPERM:
      return {ExitCode::permission, "You may not use " + path,
              "Its owner and root may, and the members of the group in [control] group of the configuration"};
    case ENOTSOCK:
    case EPROTOTYPE:
    case ENAMETOOLONG:
      return {ExitCode::usage, path + " cannot be a control socket: " + reasonOf(errnum),
              "The log of megaphoned says at its start where its own is"};
    default:
      return {ExitCode::unreachable, "Opening " + path + " failed: " + reasonOf(errnum),
              "The log of megaphoned says at its start where its control socket is"};
  }
}

Outcome controlTimedOut(const std::string& path, Duration waited) {
  return {ExitCode::timeout, "No answer on " + path + " within " + secondsText(waited),
          "The main thread of megaphoned is stuck; its log may say why"};
}

Outcome captureToTerminal() {
  return {ExitCode::usage, "Not writing a capture to the terminal",
          "Write it to a file with --write FILE, or pipe it: | wireshark -k -i -"};
}

Outcome captureFileFailed(const std::string& why, const std::string& name) {
  return {ExitCode::io, "The file \"" + name + "\" cannot be written: " + why, ""};
}
Outcome captureFileFailed(int errnum, const std::string& name) { return captureFileFailed(reasonOf(errnum), name); }

Outcome captureFileIsThere(const std::string& name) {
  return {ExitCode::io, "The file \"" + name + "\" is there already, and is left as it is",
          "Choose another name, or replace it with --force"};
}

Outcome servingFailed(int errnum, std::uint16_t port) {
  return {ExitCode::unreachable, "Port " + std::to_string(port) + " of 127.0.0.1 cannot be served: " + reasonOf(errnum),
          errnum == EACCES ? "Ports below 1024 are for root" : "Choose another one"};
}

Outcome readerStuck(Duration waited) {
  return {ExitCode::io, "The reader has taken nothing for " + secondsText(waited) + ": the end is missing", ""};
}

Outcome controlBroken(const std::string& path) {
  return {ExitCode::io, "The answer on " + path + " broke off", "Has megaphoned ended?"};
}

Outcome messageTooLong(std::size_t bytes, std::size_t limit) {
  return {ExitCode::usage,
          "The message has " + std::to_string(bytes) + " bytes or more, and a UDP datagram carries " +
              std::to_string(limit) + " at most",
          "Send it in parts, or by TCP"};
}

Outcome wrongAnswer(const Difference& difference, const Place& place, const std::string& which, bool colours) {
  const auto expected = difference.expectedByte();
  const auto received = difference.receivedByte();
  std::ostringstream what;
  what << "In " << which << " of " << place.text() << ", byte " << difference.offset << " (0x" << std::hex
       << difference.offset << ") is wrong: " << (expected ? hexByte(*expected) : "nothing") << " was expected, "
       << (received ? hexByte(*received) : "nothing") << " came";
  return {ExitCode::wrong_answer, what.str(), likelyReason(difference), hexWindow(difference, colours)};
}

Outcome inputFailed(int errnum, const std::string& name) {
  return {ExitCode::no_input, "Reading " + name + " failed: " + reasonOf(errnum), ""};
}

Outcome outputFailed(int errnum) {
  if (errnum == EPIPE || errnum == ECONNRESET) return {};
  return {ExitCode::io, "Writing the answer failed: " + reasonOf(errnum),
          errnum == ENOSPC ? "Make room on the disk" : ""};
}

Outcome interrupted() { return {ExitCode::interrupted, "", ""}; }

Outcome systemFailed(const std::string& what, int errnum) {
  return {ExitCode::io, "A system call failed (" + what + "): " + reasonOf(errnum), ""};
}

bool tellsMore(int b, int a) {
  const auto rank = [](int errnum) {
    return errnum == ECONNREFUSED ? 3 : errnum == ETIMEDOUT ? 2 : errnum != 0 ? 1 : 0;
  };
  return rank(b) > rank(a);
}

}  // namespace megaphone::client
