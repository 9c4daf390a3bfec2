#include "start_advice.h"

#include <cerrno>

#include "megaphone/config/listen_on.h"
#include "sockets.h"

namespace megaphone::app {
namespace {

std::string aboutListening(int errnum, const std::string& address) {
  const std::string port = address.substr(address.rfind(':') + 1);
  switch (errnum) {
    case EADDRINUSE: return "port " + port + " is taken: is another megaphoned running? \"ss -lntup\" shows who has it";
    case EADDRNOTAVAIL:
      return "no interface of this machine has the address: \"ip address\" shows those that they have";
    case EACCES: return std::string(config::kLowPortAdvice);
    case EAFNOSUPPORT: return "this machine, or what confines the process, has no addresses of this family";
    default: return "";
  }
}

}  // namespace

std::string startAdvice(const Error& error) {
  const std::size_t listening = error.context.find(kListenOn);
  if (listening != std::string::npos) {
    if (auto advice = aboutListening(error.errnum, error.context.substr(listening)); !advice.empty()) return advice;
  }
  switch (error.errnum) {
    case EMFILE: return "the process may have too few descriptors: raise its limit (ulimit -n, LimitNOFILE=)";
    case ENFILE: return "the machine has no descriptor left (fs.file-max)";
    case EAGAIN:
      return "the process may have too few threads: raise its limit (ulimit -u, TasksMax=), or lower event_loops";
    case ENOMEM: return "the process may have too little memory (ulimit -v, MemoryMax=)";
    default: return "";
  }
}

}  // namespace megaphone::app
