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

// Explains a failed look-up. `code`: getaddrinfo's, after `took`; `errnum` counts only with EAI_SYSTEM.
Outcome lookupFailed(int code, int errnum, const Place& place, Duration took);
// Explains a look-up that has not ended after `waited`.
Outcome lookupTimedOut(const Place& place, Duration waited);
// Explains a failed TCP connect, or an error on a connected UDP socket.
Outcome connectFailed(const NetworkError& error, const Place& place);
// Explains a stream that broke after it was connected.
Outcome transferFailed(int errnum, const Place& place);

Outcome connectTimedOut(const Place& place, Duration waited);
// Explains a missing answer, or one of only `received` of `expected` bytes.
Outcome answerTimedOut(const Place& place, Duration waited, std::size_t received, std::size_t expected);
// Explains a connection that the server ended after `answered` of `total` messages; total 0: unknown.
Outcome closedBetween(const Place& place, std::size_t answered, std::size_t total);
// Ends the advice for a refusal.
inline constexpr std::string_view kWaitHint = " --wait waits for it";

// Explains a connection that the server ended within an answer.
Outcome closedWithin(const Place& place, std::size_t received, std::size_t expected);
// Explains a connection that the server ended while there was still input to send.
Outcome closedBeforeEndOfInput(const Place& place);

// Reports, not as a failure, a server that has answered everything and does not end its direction.
Outcome keptOpen(const Place& place);

// Explains a wrong answer found by --verify. `which`: "the answer", or "the answer to message 2".
Outcome wrongAnswer(const Difference& difference, const Place& place, const std::string& which, bool colours);

// Explains why the daemon's control socket could not be opened.
Outcome controlFailed(int errnum, const std::string& path);
Outcome controlTimedOut(const std::string& path, Duration waited);
Outcome captureToTerminal();
Outcome captureFileFailed(int errnum, const std::string& name);
Outcome captureFileFailed(const std::string& why, const std::string& name);
Outcome captureFileIsThere(const std::string& name);
// Explains why the port could not be listened on.
Outcome servingFailed(int errnum, std::uint16_t port);
Outcome readerStuck(Duration waited);
// Explains a control socket that ended within an answer.
Outcome controlBroken(const std::string& path);

Outcome messageTooLong(std::size_t bytes, std::size_t limit);
// Explains a failed read. `name`: "the input", or that of a file.
Outcome inputFailed(int errnum, const std::string& name = "the input");
// Explains a failed write. EPIPE is not a failure: the reader has closed, and nothing is printed.
Outcome outputFailed(int errnum);
Outcome interrupted();
// Explains a failure of a system call that should not fail.
Outcome systemFailed(const std::string& what, int errnum);

// Returns whether errno `b` is more informative than `a`, for several addresses that failed: refused, timed out,
// others.
bool tellsMore(int b, int a);

// "10 s", "0.5 s"
std::string secondsText(Duration duration);

}  // namespace megaphone::client
