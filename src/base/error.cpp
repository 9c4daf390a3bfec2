#include "megaphone/base/error.h"

#include <system_error>

namespace megaphone {

std::string_view word(Side side) {
  switch (side) {
    case Side::daemon: return "daemon";
    case Side::client: return "client";
    case Side::origin: return "origin";
  }
  return "";
}

Error systemError(int errnum, std::string context) {
  return {Reason::proxy_internal_error, Side::daemon, errnum, std::move(context)};
}

std::string describe(const Error& error) {
  std::string text = error.context;
  if (!text.empty()) text += ": ";
  if (error.errnum != 0) {
    text += std::generic_category().message(error.errnum);  // unlike strerror safe on every thread
  } else {
    text += sentence(error.reason);
  }
  return text;
}

}  // namespace megaphone
