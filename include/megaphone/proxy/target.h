// Target: what a request asks for, read from its request-target (RFC 9112 section 3.2). Pure.
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

  // Overwrites all fields; their memory is kept. Errors: http_request_error of the client.
  Result<void> read(std::string_view method, std::string_view requestTarget);

 private:
  Result<void> readUrl(std::string_view method, std::string_view url);
};

// Whether `value` may stand in a Host field (RFC 9110 section 7.2). What it says is not used: the target decides.
bool isHostValue(std::string_view value);

// Whether a Host field is the authority of that target with its user information, as some clients copy it: what is
// meant is certain, though no Host may look so.
bool repeatsUserInformation(std::string_view value, std::string_view requestTarget);

}  // namespace megaphone::proxy
