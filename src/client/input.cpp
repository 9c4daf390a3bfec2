#include "input.h"

#include <unistd.h>

#include <array>
#include <cerrno>

#include "diagnosis.h"

namespace megaphone::client {

Stop LineInput::read() {
  std::array<char, 16 * 1024> piece;
  const ssize_t got = ::read(fd_, piece.data(), piece.size());
  if (got > 0)
    lines_.append({piece.data(), static_cast<std::size_t>(got)});
  else if (got == 0)
    lines_.end();
  else if (errno != EINTR && errno != EAGAIN)
    return inputFailed(errno);
  return std::nullopt;
}

}  // namespace megaphone::client
