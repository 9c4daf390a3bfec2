// Server: the control socket. Takes one request from each who connects, has its command carried out, writes the answer
// and closes. Main thread.
//
// A request is a line: the command, then options, such as "list form=json limit=100" (src/control/request.h). The
// answer's first line is "ok" or "failed". What follows, up to the end of the stream, is for stdout or for stderr.
#pragma once

#include <memory>

#include "megaphone/control/daemon.h"
#include "megaphone/control/socket_file.h"
#include "megaphone/uv/loop.h"

namespace megaphone::control {

class Server {
 public:
  // REQUIRES: daemon outlives the server.
  Server(uv::Loop& loop, SocketFile socket, Daemon& daemon);
  ~Server();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::control
