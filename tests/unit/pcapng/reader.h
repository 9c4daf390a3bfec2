// A strict second reading of capture files, from the specifications and not from our writer: lengths, paddings, options
// and checksums are checked. Used by the fuzz harness too, hence no GoogleTest in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace megaphone::pcapng::testing {

struct Block {
  std::uint32_t type = 0;
  std::string body;                                            // without its options
  std::vector<std::pair<std::uint16_t, std::string>> options;  // without the end
  std::vector<std::string> all(std::uint16_t code) const;
};

// What is wrong is in `problem`, and reading stops there.
struct Blocks {
  std::vector<Block> blocks;
  std::string problem;
};
Blocks readBlocks(std::string_view file);

// One packet of an enhanced packet block.
struct ReadPacket {
  std::uint32_t interface = 0;
  std::uint64_t nanoseconds = 0;
  std::size_t missing = 0;  // bytes that were not kept
  std::vector<std::string> comments;
  std::string from, to;  // address and port, as a key
  std::uint8_t protocol = 0;
  std::uint32_t sequence = 0, acknowledged = 0;
  bool fin = false, syn = false, rst = false, ack = false;
  std::string payload;
};
struct Packets {
  std::vector<ReadPacket> packets;
  std::string problem;
};
Packets readPackets(const Blocks& blocks);

}  // namespace megaphone::pcapng::testing
