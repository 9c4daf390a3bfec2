// UppercaseUdpService: one UDP socket of an uppercase listener on one loop. No session, no allocation per datagram.
//
// It never answers what could come back for ever or hit somebody else: source port 0, low ports unless configured,
// multicast, broadcast and unspecified sources, what was sent to many, its own endpoints, and sources that SourceTable
// has silenced. An answer is as long as its question.
#pragma once

#include <memory>

#include "megaphone/uv/datagram_socket.h"
#include "session.h"
#include "uppercase_udp_listener.h"

namespace megaphone::server {

class UppercaseUdpService final : public Service, private uv::DatagramSink, private Deadlines::Node {
 public:
  // REQUIRES: the context's Listeners have the socket as an uppercase UDP listener.
  UppercaseUdpService(LoopContext& context, SocketId socket, UniqueFd fd);
  ~UppercaseUdpService() override;

  bool serveAsConfigured() override;
  void captureChanged() override;

 private:
  void onDatagrams(std::span<uv::Datagram> batch) override;
  void onUnsent(std::size_t count, std::size_t bytes) override;
  void onPortClosed(const Endpoint& remote, const IpAddress& local, std::string_view quote) override;
  void onDeadline(MonoTime now) override;
  std::string_view judge(const uv::Datagram& datagram, MonoTime now);
  void capture(const uv::Datagram& datagram, capture::Direction direction, std::string_view text);
  Endpoint localFor(const IpAddress& told) const;
  bool mayAnswer(const uv::Datagram& datagram) const;
  void writeRecord();

  LoopContext& context_;
  const SocketId socketId_;
  std::shared_ptr<const UppercaseUdpListenerState> listener_;
  record::ExchangeRecord record_;  // of this interval
  MonoTime intervalBegan_{};
  const Endpoint local_;
  uv::DatagramSocket socket_;
};

}  // namespace megaphone::server
