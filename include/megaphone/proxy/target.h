// Target: the host, port and path of a request-target (RFC 9112 section 3.2). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "megaphone/base/result.h"
#include "megaphone/http/head.h"

namespace megaphone::proxy {

struct Target {
  enum class Form : std::uint8_t {
    absolute,   // "http://host[:port]/path", or ws://: to be forwarded
    authority,  // "host:port", of CONNECT
    origin,     // "/path": meant for the proxy itself
    asterisk,   // "*", of OPTIONS: meant for the proxy itself
  };
  Form form = Form::origin;
  std::string host;  // lower case; an IPv6 address without its brackets
  std::uint16_t port = 0;
  std::string authority;  // what Host must say to the origin: "host", "host:port", "[v6]:port"
  std::string path;       // in origin-form, query included, without a fragment: "/a?b"; "*" for the asterisk
  std::string key;        // "host:port": names the origin in the pool

  // Reads a request-target into all members, whose memory is kept. Errors: http_request_error of the client.
  Result<void> read(std::string_view method, std::string_view requestTarget);

 private:
  Result<void> readUrl(std::string_view method, std::string_view url);
};

// Returns whether `value` is valid in a Host field (RFC 9110 section 7.2). The host itself comes from the target.
bool isHostValue(std::string_view value);

// Returns whether a Host field is the authority of that target with its user information. Some clients copy it so; it
// is not valid, but not ambiguous.
bool repeatsUserInformation(std::string_view value, std::string_view requestTarget);

}  // namespace megaphone::proxy
