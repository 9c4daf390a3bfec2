#include "dns_answer.h"

#include <algorithm>
#include <array>
#include <optional>

#include "megaphone/base/ascii.h"

namespace megaphone::connect {
namespace {

using Status = DnsReading::Status;

constexpr std::size_t kLongestName = 255;  // its length bytes included
constexpr std::size_t kMostJumps = 128;    // no name has more labels
constexpr std::size_t kMostKept = 1'024;   // records of one kind; a message has room for thousands
constexpr unsigned kInternet = 1;
constexpr unsigned kAddress = 1;
constexpr unsigned kAlias = 5;
constexpr unsigned kAddress6 = 28;

// A name as it stands in a message, in lower case: labels behind their lengths, so that any byte may be in them.
using WireName = std::string;

WireName wireName(std::string_view name) {
  WireName out;
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    out += static_cast<char>(label.size());
    out += ascii::lower(label);
    name.remove_prefix(std::min(label.size() + 1, name.size()));
  }
  return out + '\0';
}

class Reader {
 public:
  explicit Reader(std::string_view message) : message_(message) {}

  bool good() const { return good_; }
  std::size_t at() const { return at_; }

  std::string_view bytes(std::size_t count) {
    if (count > message_.size() - at_) good_ = false;
    if (!good_) return {};
    at_ += count;
    return message_.substr(at_ - count, count);
  }
  std::uint32_t number(std::size_t size) {
    std::uint32_t value = 0;
    for (const char c : bytes(size)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
  // RFC 1035 section 4.1.4. A pointer leads backwards only, so that there is no loop.
  WireName name() {
    WireName out;
    std::size_t from = at_;
    std::optional<std::size_t> behind;  // where the name ends here, once a pointer was followed
    for (std::size_t jumps = 0; good_;) {
      const std::size_t labelAt = at_;
      const std::uint32_t length = number(1);
      if (length >= 0xc0) {
        const std::size_t to = (length & 0x3f) << 8 | number(1);
        if (!behind) behind = at_;
        good_ = good_ && to < from && ++jumps <= kMostJumps;
        from = at_ = good_ ? to : labelAt;
        continue;
      }
      const std::string_view label = bytes(length);
      good_ = good_ && length < 0x40 && out.size() + 1 + length <= kLongestName;
      if (!good_) break;
      out += static_cast<char>(length);
      out += ascii::lower(label);
      if (length == 0) break;
    }
    if (good_ && behind) at_ = *behind;
    return out;
  }

 private:
  std::string_view message_;
  std::size_t at_ = 0;
  bool good_ = true;
};

struct Header {
  bool isAnswer;
  unsigned code;
  std::uint32_t questions;
  std::uint32_t answers;
};

struct Record {
  WireName owner;
  Duration ttl;
  IpAddress address;  // of an address
  WireName target;    // of an alias
};

struct Records {
  std::vector<Record> addresses;
  std::vector<Record> aliases;
};

Header readHeader(Reader& in) {
  in.number(2);
  const std::uint32_t flags = in.number(2);
  const std::uint32_t questions = in.number(2);
  const std::uint32_t answers = in.number(2);
  in.number(4);
  return {(flags & 0x8000) != 0, flags & 0x0f, questions, answers};
}

Duration lifetime(std::uint32_t seconds) {
  const bool isNegative = seconds > 0x7fffffff;  // RFC 2181 section 8: as zero
  return std::chrono::seconds(isNegative ? 0 : seconds);
}

IpAddress addressFrom(std::string_view bytes) {
  std::array<std::uint8_t, 16> raw{};
  std::copy(bytes.begin(), bytes.end(), raw.begin());
  return bytes.size() == 4 ? IpAddress::v4({raw[0], raw[1], raw[2], raw[3]}) : IpAddress::v6(raw);
}

// Reads one record of the answer and keeps it if it is of use. Returns whether it is well formed.
bool readRecord(Reader& in, IpAddress::Family family, Records& out) {
  Record record{in.name(), {}, {}, {}};
  const std::uint32_t type = in.number(2);
  const std::uint32_t netClass = in.number(2);
  record.ttl = lifetime(in.number(4));
  const std::uint32_t length = in.number(2);
  const std::size_t end = in.at() + length;
  const bool isV4 = family == IpAddress::Family::v4;
  if (netClass == kInternet && type == kAlias) {
    record.target = in.name();
    if (out.aliases.size() < kMostKept) out.aliases.push_back(std::move(record));
  } else if (netClass == kInternet && type == (isV4 ? kAddress : kAddress6)) {
    if (length != (isV4 ? 4 : 16)) return false;
    record.address = addressFrom(in.bytes(length));
    if (in.good() && out.addresses.size() < kMostKept) out.addresses.push_back(std::move(record));
  } else {
    in.bytes(length);
  }
  return in.good() && in.at() == end;
}

std::string_view codeName(unsigned code) {
  constexpr std::array<std::string_view, 6> kNames{"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"};
  return code < kNames.size() ? kNames[code] : "an unknown response code";
}

void takeAddresses(const std::vector<Record>& from, const WireName& owner, DnsReading& out) {
  for (const Record& record : from) {
    if (record.owner != owner) continue;
    const bool isNew = std::find(out.addresses.begin(), out.addresses.end(), record.address) == out.addresses.end();
    if (!isNew || out.addresses.size() == kMostAddresses) continue;
    out.addresses.push_back(record.address);
    out.ttl = std::min(out.ttl, record.ttl);
  }
}

DnsReading follow(const Records& records, WireName name) {
  DnsReading out;
  out.ttl = Duration::max();
  for (std::size_t aliases = 0; aliases <= kMostAliases; ++aliases) {
    takeAddresses(records.addresses, name, out);
    if (!out.addresses.empty()) {
      out.status = Status::found;
      return out;
    }
    const auto alias = std::find_if(records.aliases.begin(), records.aliases.end(),
                                    [&](const Record& each) { return each.owner == name; });
    if (alias == records.aliases.end()) break;
    out.ttl = std::min(out.ttl, alias->ttl);
    name = alias->target;
  }
  out.status = Status::noAddress;
  return out;
}

DnsReading only(Status status, std::string_view code = {}) { return {status, {}, {}, code}; }

}  // namespace

DnsReading readDnsAnswer(std::string_view message, std::string_view name, IpAddress::Family family) {
  Reader in(message);
  const Header header = readHeader(in);
  if (!in.good() || !header.isAnswer) return only(Status::malformed);
  if (header.code == 3) return only(Status::noSuchName);
  if (header.code != 0) return only(Status::refused, codeName(header.code));
  for (std::uint32_t i = 0; i < header.questions && in.good(); ++i) {
    in.name();
    in.number(4);
  }
  Records records;
  for (std::uint32_t i = 0; i < header.answers; ++i) {
    if (!readRecord(in, family, records)) return only(Status::malformed);
  }
  return in.good() ? follow(records, wireName(name)) : only(Status::malformed);
}

}  // namespace megaphone::connect
