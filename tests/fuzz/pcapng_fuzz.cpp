// Whatever two sides say, in whatever pieces, and wherever they end: the file reads back without a fault (lengths,
// checksums, options), each side's bytes, put together by their sequence numbers, are the bytes that it sent with the
// secret values overwritten, and those are the same however the bytes were cut.
//
// The first byte of the input seeds the cuts; a line each is an event: ">TEXT" and "<TEXT" are bytes, with "|" for an
// end of line, "E>" and "E<" ends, "R>" and "R<" resets, and "I" is an introduction in a new file.
#include <map>
#include <random>

#include "harness.h"
#include "megaphone/pcapng/blocks.h"
#include "megaphone/pcapng/secret_mask.h"
#include "megaphone/pcapng/tcp_conversation.h"
#include "reader.h"

namespace megaphone::fuzz {
namespace {

using pcapng::Party;

Endpoint endpoint(bool v6, int host) {
  return Endpoint::parse(v6 ? "[2001:db8::" + std::to_string(host) + "]:80" : "10.0.0." + std::to_string(host) + ":80")
      .value();
}

// What one side has said: in the file so far, and before this file began.
struct Said {
  std::string text;
  std::size_t before = 0;
  pcapng::SecretMask mask;
  bool ended = false;
};

class Play final : public pcapng::PacketSink {
 public:
  Play(std::string_view input, unsigned seed)
      : input_(input),
        random_(seed),
        v6_(seed % 2 == 1),
        talk_({endpoint(v6_, 1), seed * 7'919}, {endpoint(v6_, 2), 9}) {
    begin();
    talk_.ask(*this);
    talk_.accept(*this);
  }

  void onPacket(Party from, std::string_view headers, std::string_view payload) override {
    const std::vector<std::string> comments{std::string(payload)};
    pcapng::appendPacket(file_, {.headers = headers, .payload = payload, .comments = comments});
    (void)from;
  }

  void event(std::string_view line) {
    if (line == "I") {
      if (talk_.over()) return;
      check();
      begin();
      for (Said& each : said_) each.before = each.text.size();
      talk_.introduce(*this);
    } else if (line.size() > 1 && (line[0] == 'E' || line[0] == 'R')) {
      const Party party = line[1] == '<' ? Party::responder : Party::initiator;
      if (line[0] == 'E') {
        talk_.end(party, *this);
        said(party).ended = true;
      } else {
        talk_.reset(party, *this);
        said_[0].ended = said_[1].ended = true;
      }
    } else if (!line.empty() && (line[0] == '<' || line[0] == '>')) {
      say(line[0] == '<' ? Party::responder : Party::initiator, line.substr(1));
    }
  }

  // REQUIRES: nothing more is to come of this file.
  void check() {
    const auto read = pcapng::testing::readPackets(pcapng::testing::readBlocks(file_));
    if (!read.problem.empty()) fail(read.problem, input_);
    std::map<std::string, std::uint32_t> next;
    std::map<std::string, std::string> texts;
    for (const auto& packet : read.packets) {
      if (packet.syn) next[packet.from] = packet.sequence;
      if (packet.sequence != next[packet.from]) fail("a sequence number is not the next one", input_);
      if (packet.ack && packet.acknowledged != next[packet.to]) fail("an acknowledgment is not of all", input_);
      next[packet.from] += static_cast<std::uint32_t>(packet.payload.size()) + packet.syn + packet.fin;
      texts[packet.from] += packet.payload;
    }
    for (const Party party : {Party::initiator, Party::responder}) {
      const std::string key = read.packets[party == Party::initiator ? 0 : 1].from;
      if (texts[key] != said(party).text.substr(said(party).before)) fail("other bytes than were said", input_);
    }
  }

  void checkMasks() {
    for (const Party party : {Party::initiator, Party::responder}) {
      std::string whole = plain_[static_cast<std::size_t>(party)];
      pcapng::SecretMask().apply(whole);
      if (whole != said(party).text) fail("the cuts change what is hidden", input_);
    }
  }

 private:
  Said& said(Party party) { return said_[static_cast<std::size_t>(party)]; }

  void begin() {
    file_.clear();
    pcapng::appendSection(file_, "fuzz", "");
    pcapng::appendInterface(file_, "a", "b");
  }

  void say(Party party, std::string_view line) {
    Said& who = said(party);
    if (who.ended) return;
    std::string text(line);
    for (char& c : text) c = c == '|' ? '\n' : c;
    plain_[static_cast<std::size_t>(party)] += text;
    while (!text.empty()) {
      std::string piece = text.substr(0, 1 + random_() % text.size());
      text.erase(0, piece.size());
      who.mask.apply(piece);
      talk_.data(party, piece, *this);
      who.text += piece;
    }
  }

  const std::string_view input_;
  std::minstd_rand random_;
  const bool v6_;
  pcapng::TcpConversation talk_;
  std::string file_;
  Said said_[2];
  std::string plain_[2];
};

}  // namespace
}  // namespace megaphone::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace megaphone;
  if (size < 1) return 0;
  std::string_view input = fuzz::viewOf(data, size);
  const std::string_view all = input;
  const unsigned seed = fuzz::takeByte(input);
  fuzz::Play play(all, seed);
  while (!input.empty()) play.event(fuzz::takeLine(input));
  play.check();
  play.checkMasks();
  return 0;
}
