// From errno and getaddrinfo's codes to what a person needs: what happened, what to try, and the exit code. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ending.h"
#include "hex_window.h"
#include "megaphone/base/counted.h"
#include "megaphone/base/mono_time.h"
#include "network_error.h"

namespace megaphone::client {

enum class Transport { tcp, udp };

// With whom we talk, as it is named in sentences.
struct Place {
  Transport transport = Transport::tcp;
  std::string host;
  std::string port;
  std::string address;  // the numeric endpoint, once it is known

  // "localhost:7007 (127.0.0.1:7007)"; the part in parentheses only where it says something new.
  std::string text() const;
};

// `code` is what getaddrinfo returned after `took`; `errnum` counts only with EAI_SYSTEM.
Ending lookupFailed(int code, int errnum, const Place& place, Duration took);
// The look-up had not ended after `waited`.
Ending lookupTimedOut(const Place& place, Duration waited);
// For a TCP connect, and for what the kernel reports on a connected UDP socket.
Ending connectFailed(const NetworkError& error, const Place& place);
// For a stream that breaks after it was connected.
Ending transferFailed(int errnum, const Place& place);

Ending connectTimedOut(const Place& place, Duration waited);
// No answer, or only `received` of `expected` bytes of it.
Ending answerTimedOut(const Place& place, Duration waited, std::size_t received, std::size_t expected);
// The server ended the connection after `answered` of `total` messages; total 0: nobody knows how many there will be.
Ending closedBetween(const Place& place, std::size_t answered, std::size_t total);
// What the advice for a refusal ends with.
inline constexpr std::string_view kWaitHint = " --wait waits for it";

// The server ended the connection within an answer.
Ending closedWithin(const Place& place, std::size_t received, std::size_t expected);
// The server ended the connection while there was still input to send.
Ending closedBeforeEndOfInput(const Place& place);

// Everything was answered, but the server does not end its direction. No failure.
Ending keptOpen(const Place& place);

// --verify found a wrong answer. `which` is "the answer", or "the answer to message 2".
Ending wrongAnswer(const Difference& difference, const Place& place, const std::string& which, bool colours);

// The control socket of the daemon could not be opened.
Ending controlFailed(int errnum, const std::string& path);
Ending controlTimedOut(const std::string& path, Duration waited);
Ending captureToTerminal();
Ending captureFileFailed(int errnum, const std::string& name);
Ending captureFileFailed(const std::string& why, const std::string& name);
Ending captureFileIsThere(const std::string& name);
// The port could not be listened on.
Ending servingFailed(int errnum, std::uint16_t port);
Ending readerStuck(Duration waited);
// It ended within an answer.
Ending controlBroken(const std::string& path);

Ending messageTooLong(std::size_t bytes, std::size_t limit);
// `name` is "the input", or that of a file.
Ending inputFailed(int errnum, const std::string& name = "the input");
// EPIPE is no failure: the reader had enough, so it ends without a word.
Ending outputFailed(int errnum);
Ending interrupted();
// A system call that should not fail did.
Ending systemFailed(const std::string& what, int errnum);

// When several addresses failed, whether `b` tells the person more than `a`: refused, then timed out, then any other.
bool tellsMore(int b, int a);

// "10 s", "0.5 s"
std::string secondsText(Duration duration);

}  // namespace megaphone::client
