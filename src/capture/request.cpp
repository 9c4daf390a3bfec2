#include "megaphone/capture/request.h"

#include "megaphone/base/ascii.h"

namespace megaphone::capture {

bool Scope::wantsClient(std::string_view ofListener, const IpAddress& address) const {
  return ofListener == listener && (!client || client->contains(address));
}

bool Scope::wantsHost(std::string_view name) const {
  if (host.empty()) return true;
  if (!host.starts_with("*.")) return ascii::equalsIgnoreCase(name, host);
  const std::string_view below = std::string_view(host).substr(1);  // with its dot
  return name.size() > below.size() && ascii::equalsIgnoreCase(name.substr(name.size() - below.size()), below);
}

std::string_view word(Ended ended) {
  switch (ended) {
    case Ended::stopped: return "stopped";
    case Ended::time_over: return "time over";
    case Ended::size_reached: return "size reached";
    case Ended::reader_gone: return "reader gone";
  }
  return "";
}

}  // namespace megaphone::capture
