// What somebody wants to have captured, and what has come of it. Values.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/mono_time.h"
#include "megaphone/base/new_file.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone::capture {

// Which traffic: one listener's, and of that one, or all, clients and hosts.
struct Scope {
  std::string listener;
  std::optional<IpNetwork> client;
  std::string host;  // "": any; a name, or "*.example.org" for all names below that one; any case

  bool wantsClient(std::string_view ofListener, const IpAddress& address) const;
  bool wantsHost(std::string_view name) const;
};

struct Order {
  Scope scope;
  bool origins = true;        // it is a proxy: the file has an interface for its origins, too
  bool with_secrets = false;  // false: values of Authorization, Proxy-Authorization, Cookie and Set-Cookie are hidden
  bool headers_only = false;  // true: content, tunnels and payloads of datagrams are left out; HTTP heads are not
  Duration time{0};           // for so long; 0: until it is stopped
  std::uint64_t size = 0;     // so many bytes in all; 0: without end

  // Packets wait, and nothing is written, until Captures::release(): whoever waits for the first byte has all that
  // happens from then on.
  bool held = false;

  // One of the two. A file is made new, unless it is there already, and takes its path when the order is held no more.
  // A descriptor is non-blocking, and closed at the end.
  std::string path;
  NewFile file = {};
  UniqueFd to;
  // With a path: a file of more than so many bytes becomes PATH.1, that one PATH.2, up to `older` of them; 0: one file.
  std::uint64_t file_size = 0;
  std::uint32_t older = 0;
};

// One capture, for as long as the daemon runs.
using Id = std::uint32_t;

struct Figures {
  std::uint64_t packets = 0;  // written
  std::uint64_t bytes = 0;    // of the file, or files, so far
  std::uint64_t lost = 0;     // packets that could not be kept: the writer, its disk or its reader was too slow.
                              // What finds no room in a lane is whoever's: each capture that runs counts it
};

enum class Ended : std::uint8_t {
  stopped,       // as it was asked to, or with the daemon
  time_over,     // Order::time
  size_reached,  // Order::size
  reader_gone,   // nobody reads the descriptor any more
};
std::string_view word(Ended ended);  // such as "stopped"

// One that runs.
struct Running {
  Id id = 0;
  Scope scope;
  std::string path;  // "": a descriptor
  MonoTime began{};
  bool with_secrets = false;
  bool headers_only = false;
  Figures figures;
};

// What the loops need to know: whose traffic somebody wants. Immutable, shared by pointer; null: nobody's.
using Wanted = std::vector<Scope>;
using WantedPtr = std::shared_ptr<const Wanted>;

}  // namespace megaphone::capture
