#include "disclosable.h"

#include <algorithm>

#include "megaphone/base/endpoint.h"
#include "megaphone/config/units.h"

namespace megaphone::proxy {

std::string detailOf(const Error& error) { return error.errnum != 0 ? describe(error) : error.context; }

std::string notWithin(std::string_view what, Duration duration, std::string_view key) {
  std::string time = config::durationText(duration);
  time.insert(std::min(time.find_first_not_of("0123456789"), time.size()), " ");
  return std::string(what) + " within " + time + " (" + std::string(key) + ")";
}

bool mayTell(const Error& error, std::string_view target) {
  const bool namesAddress = error.errnum != 0 || error.reason == Reason::destination_ip_prohibited ||
                            error.reason == Reason::proxy_loop_detected;
  return !namesAddress || Endpoint::parse(target).has_value();
}

}  // namespace megaphone::proxy
