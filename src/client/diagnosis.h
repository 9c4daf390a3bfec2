// Diagnosis: turns errno and getaddrinfo's codes into a cause, an advice and an exit code. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "hex_window.h"
#include "megaphone/base/counted.h"
#include "megaphone/base/mono_time.h"
#include "network_error.h"
#include "outcome.h"

namespace megaphone::client {

enum class Transport { tcp, udp };

// The server, as sentences name it.
struct Place {
  Transport transport = Transport::tcp;
  std::string host;
  std::string port;
  std::string address;  // the numeric endpoint, once it is known

  // "localhost:7007 (127.0.0.1:7007)"; the part in parentheses only where it says something new.
  std::string text() const;
};

// `code` is what getaddrinfo returned after `took`; `errnum` counts only with EAI_SYSTEM.
Outcome lookupFailed(int code, int errnum, const Place& place, Duration took);
// The look-up had not ended after `waited`.
Outcome lookupTimedOut(const Place& place, Duration waited);
// For a TCP connect, and for what the kernel reports on a connected UDP socket.
Outcome connectFailed(const NetworkError& error, const Place& place);
// For a stream that breaks after it was connected.
Outcome transferFailed(int errnum, const Place& place);

Outcome connectTimedOut(const Place& place, Duration waited);
// No answer, or only `received` of `expected` bytes of it.
Outcome answerTimedOut(const Place& place, Duration waited, std::size_t received, std::size_t expected);
// The server ended the connection after `answered` of `total` messages; total 0: nobody knows how many there will be.
Outcome closedBetween(const Place& place, std::size_t answered, std::size_t total);
// The end of the advice for a refusal.
inline constexpr std::string_view kWaitHint = " --wait waits for it";

// The server ended the connection within an answer.
Outcome closedWithin(const Place& place, std::size_t received, std::size_t expected);
// The server ended the connection while there was still input to send.
Outcome closedBeforeEndOfInput(const Place& place);

// Everything was answered, but the server does not end its direction. No failure.
Outcome keptOpen(const Place& place);

// --verify found a wrong answer. `which` is "the answer", or "the answer to message 2".
Outcome wrongAnswer(const Difference& difference, const Place& place, const std::string& which, bool colours);

// The control socket of the daemon could not be opened.
Outcome controlFailed(int errnum, const std::string& path);
Outcome controlTimedOut(const std::string& path, Duration waited);
Outcome captureToTerminal();
Outcome captureFileFailed(int errnum, const std::string& name);
Outcome captureFileFailed(const std::string& why, const std::string& name);
Outcome captureFileIsThere(const std::string& name);
// The port could not be listened on.
Outcome servingFailed(int errnum, std::uint16_t port);
Outcome readerStuck(Duration waited);
// It ended within an answer.
Outcome controlBroken(const std::string& path);

Outcome messageTooLong(std::size_t bytes, std::size_t limit);
// `name` is "the input", or that of a file.
Outcome inputFailed(int errnum, const std::string& name = "the input");
// EPIPE is no failure: the reader had enough, so it ends without a word.
Outcome outputFailed(int errnum);
Outcome interrupted();
// A system call that should not fail did.
Outcome systemFailed(const std::string& what, int errnum);

// Returns whether errno `b` is more informative than `a`, for several addresses that failed: refused, timed out,
// others.
bool tellsMore(int b, int a);

// "10 s", "0.5 s"
std::string secondsText(Duration duration);

}  // namespace megaphone::client
