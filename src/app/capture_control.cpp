#include "capture_control.h"

#include <algorithm>
#include <set>
#include <utility>

#include "megaphone/config/listener_kinds.h"
#include "megaphone/log/log.h"

namespace megaphone::app {
namespace {

capture::Request requestFor(const config::Listener& listener, bool origins) {
  capture::Request request;
  request.scope.listener = listener.name;
  request.origins = origins;
  request.path = listener.capture;
  request.headers_only = listener.capture_headers_only;
  request.file_size = listener.capture_size;
  request.older = listener.capture_files - 1;
  return request;
}

// Two orders with the same text are the same.
std::string textOf(const capture::Request& request) {
  return request.scope.listener + '\n' + request.path + '\n' + std::to_string(request.file_size) + '\n' +
         std::to_string(request.older) + (request.headers_only ? "\nheads" : "");
}

}  // namespace

CaptureControl::CaptureControl(uv::Loop& main, std::size_t lanes,
                               std::function<void(const capture::WantedPtr&)> onWanted)
    : onWanted_(std::move(onWanted)),
      news_(main, [this](News&& news) { std::visit([this](const auto& each) { on(each); }, news); }),
      captures_(lanes, *this) {}

bool CaptureControl::isFull() const {
  return std::count_if(active_.begin(), active_.end(), [](const auto& each) { return each.second.asked; }) >=
         static_cast<std::ptrdiff_t>(kMostAsked);
}

Result<capture::Id> CaptureControl::start(capture::Request request, OnEnd onEnd) {
  if (isFull())
    return Error{Reason::connection_limit_reached, Side::daemon, 0, "there are as many captures as there may be"};
  Active active{request.scope.listener, "a reader", true, false, std::move(onEnd)};
  return start(std::move(request), std::move(active));
}

Result<capture::Id> CaptureControl::start(capture::Request request, Active active) {
  const std::string how =
      std::string(request.with_secrets ? " with secrets" : "") + (request.headers_only ? " without content" : "");
  auto id = captures_.start(std::move(request));
  if (!id) return id;
  log::info("capturing listener=" + active.listener + " to=" + active.where + how);
  active_[*id] = std::move(active);
  tell();
  return id;
}

Result<CaptureControl::Plan> CaptureControl::plan(const config::Settings& settings) const {
  Plan plan;
  config::forEachListener(settings, [&](const config::ListenerSite& site, const config::Listener& listener) {
    capture::Request request = requestFor(listener, site.kind.dials);
    if (!request.path.empty()) plan.wanted.emplace(textOf(request), std::move(request));
  });
  for (auto& [text, request] : plan.wanted) {
    if (configured_.count(text) > 0) continue;
    auto file = NewFile::make(request.path);
    if (!file) return std::move(file.error());
    request.file = std::move(*file);
  }
  return plan;
}

std::vector<std::string> CaptureControl::take(Plan plan) {
  std::vector<std::string> lines;
  const auto say = [&lines](const std::string& listener, const std::string& path, const std::string& what) {
    lines.push_back("capture of " + listener + " to " + path + ": " + what);
  };
  std::erase_if(configured_, [&](const auto& each) {
    if (plan.wanted.count(each.first) > 0) return false;
    stop(each.second);
    if (const auto active = active_.find(each.second); active != active_.end())
      say(active->second.listener, active->second.where, "ends");
    return true;
  });
  for (auto& [text, request] : plan.wanted) {
    const std::string listener = request.scope.listener;
    const std::string path = request.path;
    if (const auto there = configured_.find(text); there != configured_.end()) {
      say(listener, path, "goes on");
      continue;
    }
    request.held = isTaken(path);
    Active active{listener, path, false, request.held};
    const bool after = request.held;
    auto id = start(std::move(request), std::move(active));
    say(listener, path, !id ? "failed, " + describe(id.error()) : after ? "begins, in a new file" : "begins");
    if (id)
      configured_[text] = *id;
    else
      log::error(lines.back());
  }
  return lines;
}

// A path is one capture's: the next one keeps its packets until that has ended.
bool CaptureControl::isTaken(const std::string& path) const {
  return std::any_of(active_.begin(), active_.end(),
                     [&](const auto& each) { return !each.second.asked && each.second.where == path; });
}

// In the order of their ids, which is that of their beginnings.
void CaptureControl::letGo() {
  std::set<std::string_view> taken;
  for (auto& [id, active] : active_) {
    if (active.asked || !taken.insert(active.where).second || !std::exchange(active.waits, false)) continue;
    captures_.release(id);
  }
}

void CaptureControl::onCaptureEnded(capture::Id id, capture::Ended ended, const capture::Figures& figures) {
  news_.post(End{id, ended, figures});
}

void CaptureControl::onCaptureLoses(capture::Id id, int errnum) { news_.post(Loss{id, errnum}); }

void CaptureControl::on(const Loss& loss) {
  const Active& capture = active_[loss.id];
  const std::string what = "the capture of " + capture.listener + " to " + capture.where + " loses packets";
  log::warningSometimes(
      what, loss.errnum == 0 ? what + ": they come too fast for it" : describe(systemError(loss.errnum, what)));
}

void CaptureControl::on(const End& end) {
  captures_.forget(end.id);
  auto active = active_.extract(end.id);
  log::info("capture ended listener=" + active.mapped().listener + " why=\"" + std::string(word(end.ended)) +
            "\" packets=" + std::to_string(end.figures.packets) + " bytes=" + std::to_string(end.figures.bytes) +
            " lost=" + std::to_string(end.figures.lost));
  letGo();
  tell();
  if (active.mapped().onEnd) active.mapped().onEnd(end.ended, end.figures);
}

void CaptureControl::tell() {
  if (onWanted_) onWanted_(captures_.wanted());
}

}  // namespace megaphone::app
