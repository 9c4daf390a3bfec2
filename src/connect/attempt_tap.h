// AttemptTap: tells a capture of the attempts to connect: each is a connection that is begun, and accepted, refused or
// never answered.
#pragma once

#include <optional>
#include <string>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/error.h"
#include "megaphone/capture/lane.h"

namespace megaphone::connect {

struct Job;

class AttemptTap {
 public:
  AttemptTap() = default;  // tells nobody
  // Tells nobody either, unless the job wants it and there is a lane. REQUIRES: both outlive the tap.
  AttemptTap(capture::Lane* lane, const Job& job);

  // The descriptor connects there. 0: nobody is told.
  capture::LegId begun(int fd, const Endpoint& to) const;
  void accepted(capture::LegId leg) const { happens(capture::EventKind::accepted, leg); }
  void failed(capture::LegId leg, const Error& error) const;
  void gone(capture::LegId leg) const { happens(capture::EventKind::gone, leg); }

 private:
  void happens(capture::EventKind kind, capture::LegId leg) const;

  capture::Lane* lane_ = nullptr;
  const Job* job_ = nullptr;
};

}  // namespace megaphone::connect
