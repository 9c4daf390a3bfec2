// Order: an admitted job, on its way to the loop that runs it. A value.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "admission.h"
#include "megaphone/connect/connects.h"
#include "megaphone/uv/mailbox.h"

namespace megaphone::connect {

using OutcomeMailbox = uv::Mailbox<Outcome>;
using Host = std::variant<std::string, IpAddress>;  // a normal name (host_name.h) or a numeric address
using Ports = std::vector<std::uint16_t>;

struct Order {
  Job job;
  Host host;
  bool absolute = false;  // a name written with a trailing dot: search domains do not apply
  Admission::Ticket ticket;
  std::shared_ptr<const Ports> ownPorts;  // connect_pool.h
  access::OwnAddressesPtr own;            // the same
  int crowdedFrom;                        // descriptor_marks.h
  OutcomeMailbox* answerTo = nullptr;     // of the loop that submitted it
  MonoTime submitted;
};

}  // namespace megaphone::connect
