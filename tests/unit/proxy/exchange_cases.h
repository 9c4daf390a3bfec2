// The frame of the exchange tests: each case of forwarding is fed whole, byte by byte and in random pieces and orders,
// and must come out the same.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "exchange_fixture.h"

namespace megaphone::proxy::testing {

struct Expected {
  std::string client;                // all that the client gets
  std::vector<std::string> origins;  // and each origin connection
  std::vector<std::string> records;  // see FakeSession::recordLines()
  std::string trace;                 // the actions without the sends
};

void expectThreeWays(const Script& script, const Expected& expected);
// Where only whole pieces tell the story.
void expectWhole(const Script& script, const Expected& expected);
// No rule was broken on the way. For cases that are driven by hand.
void expectSound(const FakeSession& session);

// "METHOD http://a.example/ HTTP/1.1", Host, and more; and what the origin gets of it.
std::string request(const std::string& method, const std::string& fields = "", const std::string& body = "");
std::string forwarded(const std::string& method, const std::string& fields = "", const std::string& body = "");

// What the client got first, and whether it was told that the connection ends.
bool hasStatus(const FakeSession& session, const std::string& status);
bool saysClose(const FakeSession& session);

inline const std::string kHello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
inline const std::string kHelloOut = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nVia: 1.1 mp-1\r\n\r\nhello";
inline const std::string kHelloLast =
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nVia: 1.1 mp-1\r\nConnection: close\r\n\r\nhello";

}  // namespace megaphone::proxy::testing
