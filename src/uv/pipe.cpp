#include "megaphone/uv/pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

namespace megaphone::uv {

std::unique_ptr<Pipe> Pipe::open() {
  std::array<int, 2> fds{};
  if (::pipe2(fds.data(), O_NONBLOCK | O_CLOEXEC) != 0) return nullptr;
  std::unique_ptr<Pipe> pipe(new Pipe(UniqueFd(fds[0]), UniqueFd(fds[1])));
  if (::fcntl(fds[1], F_SETPIPE_SZ, static_cast<int>(kSize)) < 0) return nullptr;
  return pipe;
}

}  // namespace megaphone::uv
