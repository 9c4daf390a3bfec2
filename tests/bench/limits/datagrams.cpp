#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "servers.h"
#include "sockets.h"
#include "upper_bytes.h"

namespace bench {
namespace {

constexpr std::size_t kBatch = 64;

struct Batch {
  std::array<std::array<char, 2048>, kBatch> bytes;
  std::array<mmsghdr, kBatch> messages;
  std::array<iovec, kBatch> pieces;
  std::array<sockaddr_in, kBatch> from;

  void prepare() {
    for (std::size_t i = 0; i < kBatch; ++i) {
      pieces[i] = {bytes[i].data(), bytes[i].size()};
      messages[i].msg_hdr = {};
      messages[i].msg_hdr.msg_name = &from[i];
      messages[i].msg_hdr.msg_namelen = sizeof from[i];
      messages[i].msg_hdr.msg_iov = &pieces[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
  }
};

}  // namespace

void runDatagrams(int port) {
  static Batch batch;
  const int fd = boundDatagramSocket(port);
  for (;;) {
    batch.prepare();
    const int got = ::recvmmsg(fd, batch.messages.data(), kBatch, MSG_WAITFORONE, nullptr);
    if (got < 0 && errno != EINTR) die("recvmmsg");
    const auto count = got > 0 ? static_cast<std::size_t>(got) : 0;
    for (std::size_t i = 0; i < count; ++i) {
      batch.pieces[i].iov_len = batch.messages[i].msg_len;
      upperBytes(batch.bytes[i].data(), batch.messages[i].msg_len);
    }
    for (std::size_t done = 0; done < count;) {
      const int sent = ::sendmmsg(fd, &batch.messages[done], static_cast<unsigned>(count - done), 0);
      done += sent > 0 ? static_cast<std::size_t>(sent) : 1;
    }
  }
}

}  // namespace bench
