#include "tellable.h"

#include "megaphone/base/endpoint.h"

namespace megaphone::proxy {

std::string detailOf(const Error& error) { return error.errnum != 0 ? describe(error) : error.context; }

bool mayTell(const Error& error, std::string_view target) {
  const bool namesAddress = error.errnum != 0 || error.reason == Reason::destination_ip_prohibited ||
                            error.reason == Reason::proxy_loop_detected;
  return !namesAddress || Endpoint::parse(target).has_value();
}

}  // namespace megaphone::proxy
