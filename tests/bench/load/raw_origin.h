// RawOrigin: one connection of the service behind tunnels. The client names what it wants: "ECH\n" echoes, "SRC\n"
// streams the payload until a byte arrives, "SNK\n" compares and acknowledges every 4 MiB (two 64-bit numbers: how
// much, and how many pieces were wrong). A CONNECT in front is answered 200, for proxies that only pass it on.
#pragma once

#include <string>
#include <string_view>

#include "poller.h"

namespace bench {

inline constexpr std::uint64_t kAcknowledged = std::uint64_t{1} << 22;
inline constexpr std::string_view kEstablished = "HTTP/1.1 200 OK\r\n\r\n";

class RawOrigin final : public Handler {
 public:
  using Handler::Handler;
  void onEvents(std::uint32_t events) override;

 private:
  enum class Service : std::uint8_t { unknown, echo, source, sink };
  void take(std::string_view bytes);
  void choose(std::string_view bytes);
  void sink(std::string_view bytes);
  void pump();
  // Only for what always has room in the socket's buffer.
  bool put(std::string_view bytes);

  Service service_ = Service::unknown;
  std::string in_;
  std::uint64_t offset_ = 0;
  std::uint64_t wrong_ = 0;
};

}  // namespace bench
