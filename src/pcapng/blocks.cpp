#include "megaphone/pcapng/blocks.h"

#include <algorithm>

#include "bytes.h"
#include "megaphone/base/utf8.h"

namespace megaphone::pcapng {
namespace {

enum class Type : std::uint32_t {
  section = 0x0A0D0D0A,
  interface = 1,
  name = 4,
  statistics = 5,
  packet = 6,
};

enum class Option : std::uint16_t {
  end = 0,
  comment = 1,
  application = 4,  // of a section
  name = 2,         // of an interface, and so are the next two
  description = 3,
  time_resolution = 9,
  flags = 2,  // of a packet, and so is the next one
  drop_count = 4,
  received = 4,  // of statistics, and so is the next one
  dropped = 5,
};

constexpr std::uint32_t kByteOrder = 0x1A2B3C4D;
constexpr std::uint16_t kEthernet = 1;
constexpr char kNanoseconds = 9;  // 10^-9 s

// Writes one block: its type, its length twice, and between them what is appended during its lifetime, padded to four
// bytes.
class Block {
 public:
  Block(std::string& out, Type type) : out_(out), begin_(out.size()) {
    appendLittle(out_, static_cast<std::uint32_t>(type));
    appendLittle(out_, std::uint32_t{0});
  }
  ~Block() {
    const auto length = static_cast<std::uint32_t>(out_.size() - begin_ + sizeof(std::uint32_t));
    std::string bytes;
    appendLittle(bytes, length);
    out_.replace(begin_ + sizeof(std::uint32_t), bytes.size(), bytes);
    out_ += bytes;
  }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  void pad() {
    while ((out_.size() - begin_) % 4 != 0) out_.push_back('\0');
  }
  void option(Option code, std::string_view value) {
    appendLittle(out_, static_cast<std::uint16_t>(code));
    appendLittle(out_, static_cast<std::uint16_t>(value.size()));
    out_ += value;
    pad();
  }
  template <class Number>
  void numberOption(Option code, Number value) {
    std::string bytes;
    appendLittle(bytes, value);
    option(code, bytes);
  }
  void endOptions() { option(Option::end, {}); }

 private:
  std::string& out_;
  const std::size_t begin_;
};

// Returns the text as valid UTF-8, cut to at most `most` bytes.
std::string readable(std::string_view text, std::size_t most) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8Length(text);
    const std::size_t taken = std::max<std::size_t>(length, 1);
    if (out.size() + taken > most) break;
    if (length == 0 || text[0] == '\0')
      out.push_back('?');
    else
      out += text.substr(0, length);
    text.remove_prefix(taken);
  }
  return out;
}

// Returns the Ethernet header for a packet that begins with an IP header.
std::string linkHeader(std::string_view packet) {
  constexpr std::size_t kAddresses = 12;
  constexpr std::uint16_t kIpv4 = 0x0800;
  constexpr std::uint16_t kIpv6 = 0x86DD;
  std::string out(kAddresses, '\0');
  appendBig(out, packet.starts_with('\x60') ? kIpv6 : kIpv4);
  return out;
}

void appendTime(std::string& out, WallTime time) {
  const auto nanoseconds = static_cast<std::uint64_t>(time.time_since_epoch().count());
  appendLittle(out, static_cast<std::uint32_t>(nanoseconds >> 32));
  appendLittle(out, static_cast<std::uint32_t>(nanoseconds));
}

}  // namespace

void appendSection(std::string& out, std::string_view application, std::string_view comment) {
  Block block(out, Type::section);
  appendLittle(out, kByteOrder);
  appendLittle(out, std::uint16_t{1});  // version 1.0
  appendLittle(out, std::uint16_t{0});
  appendLittle(out, std::int64_t{-1});  // its length is not known yet
  if (!comment.empty()) block.option(Option::comment, readable(comment, kLongestComment));
  block.option(Option::application, readable(application, kLongestComment));
  block.endOptions();
}

void appendInterface(std::string& out, std::string_view name, std::string_view description) {
  Block block(out, Type::interface);
  appendLittle(out, kEthernet);
  appendLittle(out, std::uint16_t{0});
  appendLittle(out, std::uint32_t{0});  // no snap length
  block.option(Option::name, readable(name, kLongestComment));
  block.option(Option::description, readable(description, kLongestComment));
  block.option(Option::time_resolution, std::string_view(&kNanoseconds, 1));
  block.endOptions();
}

void appendPacket(std::string& out, const Packet& packet) {
  const std::string_view kept = packet.payload.substr(0, packet.kept.value_or(packet.payload.size()));
  const std::string link = linkHeader(packet.headers);
  const std::size_t headers = link.size() + packet.headers.size();
  Block block(out, Type::packet);
  appendLittle(out, packet.interface);
  appendTime(out, packet.time);
  appendLittle(out, static_cast<std::uint32_t>(headers + kept.size()));
  appendLittle(out, static_cast<std::uint32_t>(headers + packet.payload.size()));
  out += link;
  out += packet.headers;
  out += kept;
  block.pad();
  for (const std::string& comment : packet.comments) block.option(Option::comment, readable(comment, kLongestComment));
  block.numberOption(Option::flags, static_cast<std::uint32_t>(packet.direction));
  if (packet.lost > 0) block.numberOption(Option::drop_count, packet.lost);
  block.endOptions();
}

void appendName(std::string& out, const IpAddress& address, std::string_view name) {
  constexpr std::size_t kLongestName = 255;
  name = name.substr(0, kLongestName);
  Block block(out, Type::name);
  appendLittle(out, static_cast<std::uint16_t>(address.isV4() ? 1 : 2));
  appendLittle(out, static_cast<std::uint16_t>(address.bytes().size() + name.size() + 1));
  out += address.bytes();
  out += name;
  out.push_back('\0');
  block.pad();
  appendLittle(out, std::uint32_t{0});  // no more records
}

void appendStatistics(std::string& out, std::uint32_t interface, WallTime time, std::uint64_t received,
                      std::uint64_t lost) {
  Block block(out, Type::statistics);
  appendLittle(out, interface);
  appendTime(out, time);
  block.numberOption(Option::received, received);
  block.numberOption(Option::dropped, lost);
  block.endOptions();
}

}  // namespace megaphone::pcapng
