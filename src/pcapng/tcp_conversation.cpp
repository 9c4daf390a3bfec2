#include "megaphone/pcapng/tcp_conversation.h"

#include <algorithm>
#include <utility>

namespace megaphone::pcapng {
namespace {

constexpr std::uint32_t kAcknowledgedAtOnce = 32 * 1024;  // less waits for the answer to acknowledge it

}  // namespace

TcpConversation::TcpConversation(const Side& initiator, const Side& responder)
    : ends_{End{initiator.endpoint, initiator.sequence, initiator.sequence},
            End{responder.endpoint, responder.sequence, responder.sequence}} {}

void TcpConversation::send(Party from, TcpFlags flags, std::string_view payload, PacketSink& sink) {
  End& sender = at(from);
  End& taker = at(other(from));
  TcpSegment segment{sender.next, 0, flags};
  if (flags.ack) segment.acknowledged = taker.known = taker.next;
  sink.onPacket(from, tcpHeaders(sender.endpoint, taker.endpoint, segment, payload), payload);
  sender.next += static_cast<std::uint32_t>(payload.size() + flags.syn + flags.fin);
}

void TcpConversation::ask(PacketSink& sink) { send(Party::initiator, {.syn = true}, {}, sink); }

void TcpConversation::accept(PacketSink& sink) {
  send(Party::responder, {.syn = true, .ack = true}, {}, sink);
  send(Party::initiator, {.ack = true}, {}, sink);
}

void TcpConversation::refuse(PacketSink& sink) {
  send(Party::responder, {.rst = true, .ack = true}, {}, sink);
  reset_ = true;
}

void TcpConversation::data(Party from, std::string_view bytes, PacketSink& sink) {
  if (silent(from)) return;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kLargestSegment))) {
    send(from, {.psh = true, .ack = true}, bytes.substr(0, kLargestSegment), sink);
    const bool much = at(from).next - at(from).known >= kAcknowledgedAtOnce;
    if (much) send(other(from), {.ack = true}, {}, sink);
  }
}

void TcpConversation::end(Party from, PacketSink& sink) {
  if (silent(from)) return;
  send(from, {.fin = true, .ack = true}, {}, sink);
  at(from).ended = true;
  send(other(from), {.ack = true}, {}, sink);
}

void TcpConversation::reset(Party from, PacketSink& sink) {
  if (over()) return;
  send(from, {.rst = true, .ack = true}, {}, sink);
  reset_ = true;
}

void TcpConversation::skip(Party from, std::uint64_t bytes) {
  if (!silent(from)) at(from).next += static_cast<std::uint32_t>(bytes);
}

void TcpConversation::introduce(PacketSink& sink) {
  if (over()) return;
  for (End& end : ends_) end.next -= end.ended ? 2 : 1;
  ask(sink);
  accept(sink);
  for (const Party party : {Party::initiator, Party::responder}) {
    if (!std::exchange(at(party).ended, false)) continue;
    end(party, sink);
  }
}

}  // namespace megaphone::pcapng
