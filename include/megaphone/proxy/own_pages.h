// The pages of the proxy itself, at its own address and at http://megaphone.internal: which path is which page, and
// what each says. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/base/host_pattern.h"
#include "megaphone/base/host_port.h"
#include "megaphone/proxy/answer.h"
#include "megaphone/record/failure.h"
#include "megaphone/setup/pac.h"

namespace megaphone::proxy {

enum class OwnPage : std::uint8_t {
  home,   // about the proxy, and how to begin
  pac,    // the PAC file
  setup,  // every guide
  why,    // the last failures of its reader's address
};

// The names under which clients may ask the proxy itself. No other name is answered, so that a site that resolves its
// name to our address (DNS rebinding) cannot read our pages.
struct OwnNames {
  std::vector<HostPattern> others;  // beside kOwnName, "localhost" and the address that was reached, at its port

  // Returns whether `host` may be the proxy, whatever endpoint was reached. Quick for all other names.
  bool mayBe(std::string_view host) const;
  // Returns whether `asked` is the proxy reached at `proxy`. REQUIRES: `asked` is in the form of HostPort::parse().
  bool has(const HostPort& asked, const Endpoint& proxy) const;
};

// Returns the page at `path`, which may have a query; nothing if there is none.
std::optional<OwnPage> ownPageAt(std::string_view path);

// The data that the pages show.
struct PageMatter {
  HostPort proxy;                               // as the reader reaches it
  IpAddress reader{};                           // the address whose failures are shown
  std::span<const record::Failure> failures{};  // of that address, newest first
  bool keepsFailures = false;                   // false: there are none because none are kept
  const setup::PacRules& pac;
  WallTime now{};
};

// Appends head and body.
void appendOwnPage(std::string& out, OwnPage page, const PageMatter& matter, const Requester& requester);

}  // namespace megaphone::proxy
