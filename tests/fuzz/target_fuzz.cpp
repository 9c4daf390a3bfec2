// Whatever stands where a request-target stands: an accepted one names a host without a character that no host has and
// a port that is not 0, and what the proxy would write of it (authority, path, key) reads back as the same target.
//
// The first line of the input is the method, the rest the target.
#include <arpa/inet.h>

#include <algorithm>

#include "harness.h"
#include "megaphone/proxy/target.h"

namespace megaphone::fuzz {
namespace {

using proxy::Target;

bool isVisible(char c) { return c > ' ' && c < '\x7f'; }
bool mayStandInTarget(char c) { return isVisible(c) || static_cast<unsigned char>(c) > 127; }

bool isHost(const std::string& host) {
  in6_addr ignored{};
  if (host.find(':') != std::string::npos) return inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
  return !host.empty() && host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-._") == std::string::npos;
}

bool same(const Target& a, const Target& b) {
  return a.form == b.form && a.host == b.host && a.port == b.port && a.authority == b.authority && a.path == b.path &&
         a.key == b.key;
}

void expectReadsBack(std::string_view method, std::string_view text, const Target& first, std::string_view input) {
  Target again;
  if (!again.read(method, text)) fail("what was read is refused when it is written: " + std::string(text), input);
  if (!same(first, again)) fail("reads back as another target: " + std::string(text), input);
}

void expectNamesAnOrigin(const Target& target, std::string_view input) {
  if (!isHost(target.host)) fail("the host is none: " + target.host, input);
  if (target.port == 0) fail("the port is 0", input);
  if (!proxy::isHostValue(target.authority)) fail("Host would be malformed: " + target.authority, input);
  if (!target.key.ends_with(":" + std::to_string(target.port))) fail("the key lacks the port: " + target.key, input);
}

void expectPath(const Target& target, std::string_view method, std::string_view input) {
  const bool star = target.path == "*" && method == "OPTIONS";
  if (!star && !target.path.starts_with('/')) fail("the path is not in origin-form: " + target.path, input);
  const bool home = target.form == Target::Form::origin;  // never written to anybody
  if (home) return;
  if (target.path.find('#') != std::string::npos) fail("a fragment would be sent: " + target.path, input);
  if (!std::all_of(target.path.begin(), target.path.end(), isVisible))
    fail("a byte would be sent that no URL has: " + target.path, input);
}

void judge(std::string_view method, const Target& target, std::string_view input) {
  switch (target.form) {
    case Target::Form::absolute:
      expectNamesAnOrigin(target, input);
      expectPath(target, method, input);
      expectReadsBack(method, "http://" + target.authority + (target.path == "*" ? "" : target.path), target, input);
      expectReadsBack(method, "HTTP://" + target.key + (target.path == "*" ? "" : target.path), target, input);
      break;
    case Target::Form::authority:
      expectNamesAnOrigin(target, input);
      if (method != "CONNECT" || !target.path.empty()) fail("a tunnel with a path, or without CONNECT", input);
      expectReadsBack(method, target.key, target, input);
      break;
    case Target::Form::origin:
    case Target::Form::asterisk:
      expectPath(target, method, input);
      if (!target.host.empty() || target.port != 0) fail("a target of ours names a host", input);
      expectReadsBack(method, target.path, target, input);
      break;
  }
}

}  // namespace
}  // namespace megaphone::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace megaphone;
  const std::string_view input = fuzz::viewOf(data, size);
  std::string_view text = input;
  const std::string_view method = fuzz::takeLine(text);
  // The parser hands out nothing else.
  if (text.empty() || method.empty() || !std::all_of(text.begin(), text.end(), fuzz::mayStandInTarget)) return 0;
  proxy::Target target;
  if (target.read(method, text)) fuzz::judge(method, target, input);
  proxy::isHostValue(text);
  return 0;
}
