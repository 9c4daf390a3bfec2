#include "reader.h"

namespace megaphone::pcapng::testing {
namespace {

std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t size, bool little) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t place = little ? at + size - 1 - i : at + i;
    value = value << 8 | static_cast<unsigned char>(bytes[place]);
  }
  return value;
}
std::uint32_t little32(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(number(bytes, at, 4, true));
}
std::uint32_t big32(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(number(bytes, at, 4, false));
}
std::uint16_t big16(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(number(bytes, at, 2, false));
}
constexpr std::size_t kLink = 14;  // the header of Ethernet

std::size_t padded(std::size_t size) { return (size + 3) / 4 * 4; }

// 0xffff where the checksum inside is right.
std::uint32_t onesSum(std::string_view bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    sum += static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (i % 2 == 0 ? 8 : 0);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return sum;
}

// Where the options begin; nothing for a block that is too short or unknown.
std::optional<std::size_t> bodySize(std::uint32_t type, std::string_view content) {
  switch (type) {
    case 0x0A0D0D0A: return 16;
    case 1: return 8;
    case 4: return content.size();
    case 5: return 12;
    case 6: return content.size() < 20 ? std::nullopt : std::optional(20 + padded(little32(content, 12)));
    default: return std::nullopt;
  }
}

std::string readOptions(std::string_view bytes, Block& block) {
  while (bytes.size() >= 4) {
    const auto code = static_cast<std::uint16_t>(number(bytes, 0, 2, true));
    const std::size_t length = number(bytes, 2, 2, true);
    if (code == 0) return length == 0 && bytes.size() == 4 ? "" : "the end of the options is not the end";
    if (4 + padded(length) > bytes.size()) return "an option is longer than its block";
    block.options.emplace_back(code, bytes.substr(4, length));
    bytes.remove_prefix(4 + padded(length));
  }
  return "the options have no end";
}

std::string readTransport(std::string_view packet, std::size_t whole, ReadPacket& out) {
  const bool v4 = (static_cast<unsigned char>(packet[0]) >> 4) == 4;
  const std::size_t header = v4 ? 20 : 40;
  const std::size_t address = v4 ? 4 : 16;
  const std::size_t source = v4 ? 12 : 8;
  if (packet.size() < header) return "shorter than its IP header";
  out.protocol = static_cast<std::uint8_t>(packet[v4 ? 9 : 6]);
  const std::size_t told = v4 ? big16(packet, 2) : header + big16(packet, 4);
  if (told != whole) return "its IP length is wrong";
  if (v4 && onesSum(packet.substr(0, header)) != 0xffff) return "its IP checksum is wrong";
  out.from = packet.substr(source, address);
  out.to = packet.substr(source + address, address);
  std::string_view rest = packet.substr(header);
  const auto length = static_cast<std::uint32_t>(whole - header);
  std::string pseudo = out.from + out.to;
  for (int shift = 24; shift >= 0; shift -= 8) pseudo.push_back(static_cast<char>(length >> shift & 0xff));
  pseudo += std::string(3, '\0') + static_cast<char>(out.protocol);
  if (out.protocol == 1) pseudo.clear();
  if (out.missing == 0 && onesSum(pseudo + std::string(rest)) != 0xffff) return "its checksum is wrong";
  if (out.protocol == 6) {
    if (rest.size() < 20) return "shorter than a TCP header";
    out.from += rest.substr(0, 2);
    out.to += rest.substr(2, 2);
    out.sequence = big32(rest, 4);
    out.acknowledged = big32(rest, 8);
    const auto flags = static_cast<unsigned char>(rest[13]);
    out.fin = flags & 1, out.syn = flags & 2, out.rst = flags & 4, out.ack = flags & 16;
    const std::size_t offset = std::size_t{static_cast<unsigned char>(rest[12])} / 16 * 4;
    if (offset < 20 || offset > rest.size()) return "its TCP header has no end";
    out.payload = rest.substr(offset);
  } else if (out.protocol == 17) {
    if (rest.size() < 8 || big16(rest, 4) != length) return "its UDP length is wrong";
    if (big16(rest, 6) == 0) return "it has no checksum";
    out.from += rest.substr(0, 2);
    out.to += rest.substr(2, 2);
    out.payload = rest.substr(8);
  } else {
    out.payload = rest;
  }
  return "";
}

std::string readLink(std::string_view packet) {
  if (packet.size() <= kLink) return "shorter than its Ethernet header";
  const bool v4 = (static_cast<unsigned char>(packet[kLink]) >> 4) == 4;
  if (big16(packet, 12) != (v4 ? 0x0800 : 0x86DD)) return "its EtherType is wrong";
  return "";
}

}  // namespace

std::vector<std::string> Block::all(std::uint16_t code) const {
  std::vector<std::string> found;
  for (const auto& [each, value] : options) {
    if (each == code) found.push_back(value);
  }
  return found;
}

Blocks readBlocks(std::string_view file) {
  Blocks out;
  while (!file.empty()) {
    out.problem = "a block is cut";
    if (file.size() < 12) return out;
    const std::size_t length = little32(file, 4);
    if (length < 12 || length % 4 != 0 || length > file.size()) return out;
    out.problem = "the two lengths of a block differ";
    if (little32(file, length - 4) != length) return out;
    Block block{little32(file, 0), {}, {}};
    const std::string_view content = file.substr(8, length - 12);
    const auto body = bodySize(block.type, content);
    out.problem = "a block is too short or unknown";
    if (!body || *body > content.size()) return out;
    block.body = content.substr(0, *body);
    if (*body < content.size()) {
      out.problem = readOptions(content.substr(*body), block);
      if (!out.problem.empty()) return out;
    }
    out.blocks.push_back(std::move(block));
    out.problem.clear();
    file.remove_prefix(length);
  }
  return out;
}

Packets readPackets(const Blocks& blocks) {
  Packets out;
  out.problem = blocks.problem;
  if (!out.problem.empty()) return out;
  std::uint32_t interfaces = 0;
  for (const Block& block : blocks.blocks) {
    if (block.type == 0x0A0D0D0A) interfaces = 0;
    if (block.type == 1) ++interfaces;
    if (block.type != 6) continue;
    ReadPacket packet;
    packet.interface = little32(block.body, 0);
    packet.nanoseconds = std::uint64_t{little32(block.body, 4)} << 32 | little32(block.body, 8);
    const std::size_t kept = little32(block.body, 12);
    const std::size_t whole = little32(block.body, 16);
    packet.comments = block.all(1);
    out.problem = "it has an interface that was not described";
    if (packet.interface >= interfaces) return out;
    out.problem = "more was kept than there was, or nothing";
    if (kept > whole || kept == 0) return out;
    packet.missing = whole - kept;
    const std::string_view frame = std::string_view(block.body).substr(20, kept);
    out.problem = readLink(frame);
    if (out.problem.empty()) out.problem = readTransport(frame.substr(kLink), whole - kLink, packet);
    if (!out.problem.empty()) {
      out.problem = "packet " + std::to_string(out.packets.size() + 1) + ": " + out.problem;
      return out;
    }
    out.packets.push_back(std::move(packet));
  }
  return out;
}

}  // namespace megaphone::pcapng::testing
