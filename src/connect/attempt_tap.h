// AttemptTap: reports connection attempts to a capture, each as a leg that is opened, then accepted, refused or
// unanswered.
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
  AttemptTap() = default;  // reports nothing
  // Reports to `lane`, if that is not null and the job asks for it. REQUIRES: both outlive the tap.
  AttemptTap(capture::Lane* lane, const Job& job);

  // Opens a leg for a descriptor that connects to `to`; returns 0 if nothing is captured.
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
