// The smallest sensible uppercase server on libuv: what the library itself costs beside raw epoll (upper.cpp,
// datagrams.cpp). Usage: megaphone-uv-upper TCPPORT UDPPORT
#include <sys/resource.h>
#include <uv.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "upper_bytes.h"

namespace {

std::array<char, 65536> buffer;
std::vector<char> datagrams(std::size_t{20} * 65536);

struct Connection {
  uv_tcp_t tcp{};
  uv_write_t write{};
  std::string rest{};
};

uv_stream_t* streamOf(Connection* connection) { return reinterpret_cast<uv_stream_t*>(&connection->tcp); }

void end(Connection* connection) {
  auto* handle = reinterpret_cast<uv_handle_t*>(&connection->tcp);
  if (uv_is_closing(handle) != 0) return;
  uv_close(handle, [](uv_handle_t* closed) { delete static_cast<Connection*>(closed->data); });
}

void allocate(uv_handle_t*, std::size_t, uv_buf_t* into) { *into = uv_buf_init(buffer.data(), buffer.size()); }
void onRead(uv_stream_t* stream, ssize_t size, const uv_buf_t* bytes);

void onWritten(uv_write_t* write, int status) {
  auto* connection = static_cast<Connection*>(write->data);
  if (status < 0) return end(connection);
  uv_read_start(streamOf(connection), allocate, onRead);
}

void onRead(uv_stream_t* stream, ssize_t got, const uv_buf_t* bytes) {
  auto* connection = static_cast<Connection*>(stream->data);
  if (got < 0) return end(connection);
  if (got == 0) return;
  const auto size = static_cast<std::size_t>(got);
  bench::upperBytes(bytes->base, size);
  uv_buf_t out = uv_buf_init(bytes->base, static_cast<unsigned>(size));
  int sent = uv_try_write(stream, &out, 1);
  if (sent < 0 && sent != UV_EAGAIN) return end(connection);
  if (sent < 0) sent = 0;
  if (sent == got) return;
  connection->rest.assign(bytes->base + sent, size - static_cast<std::size_t>(sent));
  uv_read_stop(stream);
  out = uv_buf_init(connection->rest.data(), static_cast<unsigned>(connection->rest.size()));
  connection->write.data = connection;
  uv_write(&connection->write, stream, &out, 1, onWritten);
}

void onConnection(uv_stream_t* listening, int status) {
  if (status < 0) return;
  auto* connection = new Connection;
  uv_tcp_init(listening->loop, &connection->tcp);
  connection->tcp.data = connection;
  if (uv_accept(listening, streamOf(connection)) != 0) return end(connection);
  uv_tcp_nodelay(&connection->tcp, 1);
  uv_read_start(streamOf(connection), allocate, onRead);
}

void onDatagram(uv_udp_t* socket, ssize_t size, const uv_buf_t* bytes, const sockaddr* from, unsigned) {
  if (size < 0 || from == nullptr) return;
  bench::upperBytes(bytes->base, static_cast<std::size_t>(size));
  const uv_buf_t out = uv_buf_init(bytes->base, static_cast<unsigned>(size));
  uv_udp_try_send(socket, &out, 1, from);
}

bool serve(uv_loop_t* loop, uv_tcp_t& tcp, uv_udp_t& udp, int tcpPort, int udpPort) {
  sockaddr_in at{};
  uv_ip4_addr("127.0.0.1", tcpPort, &at);
  uv_tcp_init(loop, &tcp);
  if (uv_tcp_bind(&tcp, reinterpret_cast<const sockaddr*>(&at), 0) != 0) return false;
  if (uv_listen(reinterpret_cast<uv_stream_t*>(&tcp), 4096, onConnection) != 0) return false;
  uv_ip4_addr("127.0.0.1", udpPort, &at);
  uv_udp_init_ex(loop, &udp, UV_UDP_RECVMMSG);
  if (uv_udp_bind(&udp, reinterpret_cast<const sockaddr*>(&at), 0) != 0) return false;
  int size = 4 << 20;
  uv_recv_buffer_size(reinterpret_cast<uv_handle_t*>(&udp), &size);
  const auto give = [](uv_handle_t*, std::size_t, uv_buf_t* into) {
    *into = uv_buf_init(datagrams.data(), static_cast<unsigned>(datagrams.size()));
  };
  return uv_udp_recv_start(&udp, give, onDatagram) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fputs("Usage: megaphone-uv-upper TCPPORT UDPPORT\n", stderr), 2;
  std::signal(SIGPIPE, SIG_IGN);
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  uv_tcp_t tcp;
  uv_udp_t udp;
  uv_loop_t* loop = uv_default_loop();
  if (!serve(loop, tcp, udp, std::atoi(argv[1]), std::atoi(argv[2]))) return 1;
  return uv_run(loop, UV_RUN_DEFAULT);
}
