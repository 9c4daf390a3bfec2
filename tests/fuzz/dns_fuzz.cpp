// Whatever a name server sends: reading it ends, gives addresses exactly where it says that it found some, a bounded
// number of them, each once and of the family that was asked for; and a message that was cut anywhere in front of its
// last record is never one that says more.
//
// The first byte chooses the family; the rest is the message, about www.test.
#include <algorithm>

#include "dns_answer.h"
#include "harness.h"

namespace megaphone::fuzz {
namespace {

using connect::DnsReading;
using Family = IpAddress::Family;

DnsReading reading(std::string_view message, Family family) {
  return connect::readDnsAnswer(message, "www.test", family);
}

void check(const DnsReading& read, Family family, std::string_view input) {
  const auto& addresses = read.addresses;
  if ((read.status == DnsReading::Status::found) == addresses.empty()) fail("addresses and status do not fit", input);
  if (addresses.size() > connect::kMostAddresses) fail("too many addresses", input);
  for (auto each = addresses.begin(); each != addresses.end(); ++each) {
    if (each->family() != family) fail("an address of the other family", input);
    if (std::find(addresses.begin(), each, *each) != each) fail("an address twice", input);
  }
  if (!addresses.empty() && (read.ttl < Duration::zero() || read.ttl > std::chrono::seconds(0x7fffffff)))
    fail("a strange time to live", input);
}

}  // namespace
}  // namespace megaphone::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace megaphone;
  std::string_view message = fuzz::viewOf(data, size);
  if (message.empty()) return 0;
  const auto family = fuzz::takeByte(message) % 2 == 0 ? IpAddress::Family::v4 : IpAddress::Family::v6;
  const auto whole = fuzz::reading(message, family);
  fuzz::check(whole, family, message);
  const auto cut = fuzz::reading(message.substr(0, message.size() / 2), family);
  fuzz::check(cut, family, message);
  if (cut.addresses.size() > whole.addresses.size()) fuzz::fail("the half says more than the whole", message);
  return 0;
}
