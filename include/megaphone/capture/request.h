// Request: what to capture, where to write it, and the figures of a capture. Values.
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

// The traffic to capture: that of one listener, limited to clients and hosts if these are given.
struct Scope {
  std::string listener;
  std::optional<IpNetwork> client;
  std::string host;  // "": any; a name, or "*.example.org" for all names below that one; any case

  bool wantsClient(std::string_view ofListener, const IpAddress& address) const;
  bool wantsHost(std::string_view name) const;
};

struct Request {
  Scope scope;
  bool origins = true;        // for a proxy: the file has a second interface for its origins
  bool with_secrets = false;  // false: values of Authorization, Proxy-Authorization, Cookie and Set-Cookie are hidden
  bool headers_only = false;  // true: content, tunnels and payloads of datagrams are left out; HTTP heads are not
  Duration time{0};           // how long to capture; 0: until it is stopped
  std::uint64_t size = 0;     // bytes to write in all; 0: without limit

  // Queues packets and writes nothing until Captures::release(), so that a reader who waits for the first byte misses
  // nothing from then on.
  bool held = false;

  // Either `path` or `to`. `file` is made if it is not given, and renamed to `path` when `held` ends. `to` is
  // non-blocking, and closed at the end.
  std::string path;
  NewFile file = {};
  UniqueFd to;
  // With a path: a file of more than `file_size` bytes becomes PATH.1, that one PATH.2, up to `older` of them. 0: one
  // file.
  std::uint64_t file_size = 0;
  std::uint32_t older = 0;
};

// One capture, for as long as the daemon runs.
using Id = std::uint32_t;

struct Figures {
  std::uint64_t packets = 0;  // written
  std::uint64_t bytes = 0;    // written to the file, or files, so far
  std::uint64_t lost = 0;     // packets lost because the writer, its disk or its reader was too slow; events that did
                              // not fit into a lane are counted by every running capture
};

enum class Ended : std::uint8_t {
  stopped,       // by stop(), or with the daemon
  time_over,     // Request::time
  size_reached,  // Request::size
  reader_gone,   // the descriptor's reader has closed it
};
std::string_view word(Ended ended);  // such as "stopped"

// A running capture.
struct Running {
  Id id = 0;
  Scope scope;
  std::string path;  // "": a descriptor
  MonoTime began{};
  bool with_secrets = false;
  bool headers_only = false;
  Figures figures;
};

// The scopes of all running captures, for the loops. Immutable, shared by pointer; null: none.
using Wanted = std::vector<Scope>;
using WantedPtr = std::shared_ptr<const Wanted>;

}  // namespace megaphone::capture
