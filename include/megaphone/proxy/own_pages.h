// The pages of the proxy itself, at its own address and at http://megaphone.internal: which path is which page, and
// what each says. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

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
void appendOwnPage(std::string& out, OwnPage page, const PageMatter& matter, const Asker& asker);

}  // namespace megaphone::proxy
