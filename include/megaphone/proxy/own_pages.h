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
  home,   // what this is, and how to begin
  pac,    // the PAC file
  setup,  // every guide
  why,    // the last failures of its reader
};

// What clients may call the proxy. A page of a site whose name leads to our address all of a sudden (DNS rebinding) may
// read nothing here, so that no other name is answered.
struct OwnNames {
  std::vector<HostPattern> others;  // beside kOwnName, "localhost" and the address that was reached, at its port

  // Whether `asked` may be the proxy, wherever it was reached. Names that lead elsewhere are most, and cost little.
  bool mayBe(std::string_view host) const;
  // REQUIRES: `asked` is written as HostPort::parse() does it.
  bool has(const HostPort& asked, const Endpoint& proxy) const;
};

// `path` may have a query. Nothing for a path that is no page's.
std::optional<OwnPage> ownPageAt(std::string_view path);

// What the pages tell of.
struct PageMatter {
  HostPort proxy;                               // as the reader reaches it
  IpAddress reader{};                           // by whose address failures are known
  std::span<const record::Failure> failures{};  // of that address, newest first
  bool keepsFailures = false;                   // or there are none because none are kept
  const setup::PacRules& pac;
  WallTime now{};
};

// Head and body.
void appendOwnPage(std::string& out, OwnPage page, const PageMatter& matter, const Requester& requester);

}  // namespace megaphone::proxy
