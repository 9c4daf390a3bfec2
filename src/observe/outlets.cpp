#include "outlets.h"

#include <algorithm>
#include <optional>

#include "megaphone/config/listener_kinds.h"

namespace megaphone::observe {
namespace {

constexpr std::size_t kBatchBytes = 64 * 1024;  // of one write

}  // namespace

Result<Outlets> Outlets::open(const config::Settings& settings, const std::vector<std::string>& open) {
  Outlets made;
  made.options_.query_strings = settings.access_log.query_strings;
  const auto route = [&](const config::Listener& listener) -> Result<Route> {
    auto outlet = made.outletFor(settings.accessLogOf(listener), open);
    if (!outlet) return std::move(outlet.error());
    return Route{listener.name, *outlet, settings.accessLogFormatOf(listener)};
  };
  auto standard = route({});
  if (!standard) return std::move(standard.error());
  made.standard_ = std::move(*standard);
  std::optional<Error> failed;
  config::forEachListener(settings, [&](const config::ListenerSite&, const config::Listener& listener) {
    if (failed) return;
    if (auto routed = route(listener))
      made.routes_.push_back(std::move(*routed));
    else
      failed = std::move(routed.error());
  });
  if (failed) return *std::move(failed);
  return made;
}

Result<std::size_t> Outlets::outletFor(const std::string& path, const std::vector<std::string>& open) {
  if (path == "none") return kNone;
  const auto known =
      std::find_if(outlets_.begin(), outlets_.end(), [&](const Outlet& outlet) { return outlet.path == path; });
  if (known != outlets_.end()) return static_cast<std::size_t>(known - outlets_.begin());
  Outlet outlet{path, {}, {}};
  if (std::find(open.begin(), open.end(), path) == open.end()) {
    auto target = LineTarget::open(path);
    if (!target) return std::move(target.error());
    outlet.target = std::move(*target);
  }
  outlets_.push_back(std::move(outlet));
  return outlets_.size() - 1;
}

void Outlets::takeOver(Outlets& before) {
  for (Outlet& outlet : before.outlets_) {
    const auto wanted =
        std::find_if(outlets_.begin(), outlets_.end(), [&](const Outlet& own) { return own.path == outlet.path; });
    if (wanted != outlets_.end()) wanted->target = std::move(outlet.target);
  }
}

std::vector<std::string> Outlets::paths() const {
  std::vector<std::string> out;
  for (const Outlet& outlet : outlets_) out.push_back(outlet.path);
  return out;
}

const Outlets::Route& Outlets::routeOf(const std::string& listener) const {
  const auto found =
      std::find_if(routes_.begin(), routes_.end(), [&](const Route& route) { return route.listener == listener; });
  return found == routes_.end() ? standard_ : *found;
}

void Outlets::add(const record::ExchangeRecord& record, AccessLogSink& sink) {
  const Route& route = routeOf(record.listener);
  if (route.outlet == kNone) return;
  Outlet& outlet = outlets_[route.outlet];
  const std::size_t before = outlet.batch.size();
  appendLine(outlet.batch, record, route.format, options_);
  if (outlet.batch.size() > kBatchBytes && before > 0) write(outlet, before, sink);
}

void Outlets::flush(AccessLogSink& sink) {
  for (Outlet& outlet : outlets_) {
    if (!outlet.batch.empty()) write(outlet, outlet.batch.size(), sink);
  }
}

void Outlets::reopen(AccessLogSink& sink) {
  for (Outlet& outlet : outlets_) outlet.target.reopen(sink);
}

void Outlets::end(AccessLogSink& sink) {
  for (Outlet& outlet : outlets_) outlet.target.end(sink);
}

void Outlets::write(Outlet& outlet, std::size_t size, AccessLogSink& sink) {
  outlet.target.write(std::string_view(outlet.batch).substr(0, size), monoNow(), sink);
  outlet.batch.erase(0, size);
}

}  // namespace megaphone::observe
