// Outlets: where the lines of each listener go, and how they look there. The log writer's; made by another thread.
//
// Listeners that name the same path share its outlet. Lines are gathered and written in batches.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "line_target.h"
#include "megaphone/config/settings.h"
#include "megaphone/observe/line.h"

namespace megaphone::observe {

class Outlets {
 public:
  Outlets() = default;
  // Opens what the settings name, but for the paths in `open`: those are taken over from before.
  static Result<Outlets> open(const config::Settings& settings, const std::vector<std::string>& open);
  // Takes over what `before` has open and is wanted here. REQUIRES: `before` is flushed.
  void takeOver(Outlets& before);

  std::vector<std::string> paths() const;

  void add(const record::ExchangeRecord& record, AccessLogSink& sink);
  void flush(AccessLogSink& sink);
  void reopen(AccessLogSink& sink);
  // Tells of what was lost and not told yet. REQUIRES: flushed.
  void end(AccessLogSink& sink);

 private:
  struct Outlet {
    std::string path;
    LineTarget target;
    std::string batch;
  };
  struct Route {
    std::string listener;
    std::size_t outlet = kNone;
    config::LogFormat format{};
  };
  static constexpr std::size_t kNone = SIZE_MAX;

  Result<std::size_t> outletFor(const std::string& path, const std::vector<std::string>& open);
  const Route& routeOf(const std::string& listener) const;
  static void write(Outlet& outlet, std::size_t size, AccessLogSink& sink);

  std::vector<Outlet> outlets_;
  std::vector<Route> routes_;
  Route standard_;  // of listeners that are gone
  LineOptions options_;
};

}  // namespace megaphone::observe
