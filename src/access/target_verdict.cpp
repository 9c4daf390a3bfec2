#include "megaphone/access/target_verdict.h"

namespace megaphone::access {

Verdict judgeTarget(const DestinationRules& rules, std::string_view host, std::uint16_t port, bool connect) {
  const Verdict verdict = rules.judgePort(port, connect);
  if (!verdict.allowed()) return verdict;
  const auto address = IpAddress::parse(host);
  return address ? rules.judgeAddress(*address) : verdict;
}

}  // namespace megaphone::access
