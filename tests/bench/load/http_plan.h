// HttpPlan: the requests of a load, and what must come back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

// What all clients of a load share.
struct HttpPlan {
  int proxy = 0;                        // its port; 0: straight to the origin
  std::vector<int> origins{};           // their ports
  std::size_t names = 0;                // so many names of the origins instead of 127.0.0.1; not straight to them
  std::vector<std::string> requests{};  // one for each origin or name
  bool closes = false;                  // a connection for each request
  std::string verdict{};                // the whole answer to a POST; empty: the payload is expected
  std::uint64_t size = 0;               // of the expected content

  bool matches(std::uint64_t offset, std::string_view piece) const;
};

// Makes plan.requests for its origins: GETs of plan.size bytes or, with `post` above 0, POSTs of so many, in chunks
// where `chunk` says how large.
void prepareRequests(HttpPlan& plan, std::uint64_t post, std::uint64_t chunk);

}  // namespace bench
