#include "control_service.h"

#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "megaphone/control/socket_path.h"
#include "megaphone/log/log.h"
#include "megaphone/observe/line.h"

namespace megaphone::app {
namespace {

constexpr Duration kPatience = std::chrono::seconds(2);

}  // namespace

Result<std::optional<control::SocketFile>> ControlService::openSocket(const config::Control& settings) {
  using Opened = std::optional<control::SocketFile>;
  const bool guessed = settings.path == "auto";
  const std::string path = guessed ? control::usualSocketPath() : settings.path;
  if (path.empty()) {
    log::info("control socket: none");
    return Opened();
  }
  if (guessed) ::mkdir(path.substr(0, path.rfind('/')).c_str(), 0755);  // who may use it is the socket's to say
  auto opened = control::SocketFile::open(path, settings.group);
  if (opened) {
    log::info("control socket: " + path);
    return Opened(std::move(*opened));
  }
  if (!guessed || control::hasRuntimeDirectory()) return std::move(opened.error());
  log::warning(describe(opened.error()) + "; there is no control socket");
  return Opened();
}

ControlService::ControlService(uv::Loop& loop, Workers& workers, CaptureControl& captures, Callbacks daemon,
                               control::SocketFile socket)
    : workers_(workers),
      captures_(captures),
      daemon_(std::move(daemon)),
      statusDeadline_(loop, [this] { tellStatus(); }),
      beginDeadline_(loop, [this] { beginCaptures(); }),
      server_(loop, std::move(socket), *this) {}

void ControlService::status(std::function<void(const control::Status&)> onStatus) {
  statusAsked_.push_back(std::move(onStatus));
  if (statusAsked_.size() > 1) return;
  statusDeadline_.start(kPatience);
  workers_.checkLiveness();
}

void ControlService::onAllPresent() { tellStatus(); }

void ControlService::tellStatus() {
  if (statusAsked_.empty()) return;
  statusDeadline_.stop();
  control::Status status = daemon_.describe();
  status.silent = workers_.missing();
  for (const auto& onStatus : std::exchange(statusAsked_, {})) onStatus(status);
}

void ControlService::list(std::size_t most, std::function<void(control::LiveList)> onList) {
  workers_.ask([most](server::LoopContext& loop) { return server::list(loop, most); },
               [this, most, onList = std::move(onList)](Answers<server::Listed> answers) {
                 onList(merged(std::move(answers), most));
               },
               kPatience);
}

control::LiveList ControlService::merged(Answers<server::Listed> answers, std::size_t most) const {
  control::LiveList list;
  for (auto& listed : answers) {
    if (!listed) {
      ++list.silentLoops;
      continue;
    }
    list.total += listed->total;
    std::move(listed->connections.begin(), listed->connections.end(), std::back_inserter(list.connections));
  }
  std::stable_sort(list.connections.begin(), list.connections.end(),
                   [](const auto& a, const auto& b) { return a.age > b.age; });
  list.connections.resize(std::min(list.connections.size(), most));
  const bool queries = daemon_.showsQueries();
  for (auto& live : list.connections) live.record.target = observe::shownTarget(live.record.target, {queries});
  return list;
}

std::optional<control::Mistake> ControlService::cannotCapture(const std::string& listener) const {
  if (!daemon_.hasOrigins(listener))
    return control::Mistake{"there is no listener \"" + listener + "\"", "megaphone status has their names"};
  if (!captures_.isFull()) return std::nullopt;
  return control::Mistake{"there are as many captures as there may be", "megaphone status shows them"};
}

Result<capture::Id> ControlService::capture(capture::Request request, std::function<void()> onBegun,
                                            std::function<void()> onEnd) {
  request.origins = daemon_.hasOrigins(request.scope.listener).value_or(false);
  request.held = true;
  auto id = captures_.start(std::move(request),
                            [onEnd = std::move(onEnd)](capture::Ended, const capture::Figures&) { onEnd(); });
  if (!id) return id;
  toBegin_[*id] = std::move(onBegun);
  beginDeadline_.start(kPatience);
  return id;
}

void ControlService::endCapture(capture::Id id) {
  toBegin_.erase(id);
  captures_.stop(id);
}

void ControlService::beginCaptures() {
  beginDeadline_.stop();
  for (const auto& [id, onBegun] : std::exchange(toBegin_, {})) {
    onBegun();
    captures_.release(id);
  }
}

}  // namespace megaphone::app
