// ControlService: answers the commands of the control socket, by asking the loops and workers. One that does not
// answer in time is named, and nobody waits longer for it. Main thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "capture_control.h"
#include "megaphone/config/settings.h"
#include "megaphone/control/daemon.h"
#include "megaphone/control/server.h"
#include "megaphone/server/loop_questions.h"
#include "megaphone/uv/handles.h"
#include "reload_requests.h"
#include "workers.h"

namespace megaphone::app {

class ControlService final : private control::Daemon {
 public:
  using OnReloaded = ReloadRequests::OnReloaded;
  // Asks the daemon for what workers and captures do not know.
  struct Callbacks {
    std::function<control::Status()> describe;  // without the threads that are silent
    std::function<void(OnReloaded)> reload;
    // Returns whether that listener has origins; nothing if there is no such listener.
    std::function<std::optional<bool>(const std::string& listener)> hasOrigins;
    std::function<bool()> showsQueries;  // whether targets are told with what follows their '?'
  };

  // Opens the socket that these settings want. Nothing: there is none. Where "auto" only guesses the place, and it is
  // taken or cannot be used, that is a warning.
  static Result<std::optional<control::SocketFile>> openSocket(const config::Control& settings);

  // REQUIRES: the loop, the workers, the captures and what the callbacks refer to outlive it.
  ControlService(uv::Loop& loop, Workers& workers, CaptureControl& captures, Callbacks daemon,
                 control::SocketFile socket);
  void onAllPresent();
  void onAllCapturing() { beginCaptures(); }

 private:
  void status(std::function<void(const control::Status&)> onStatus) override;
  void list(std::size_t most, std::function<void(control::LiveList)> onList) override;
  void reload(OnReloaded onReloaded) override { daemon_.reload(std::move(onReloaded)); }
  std::optional<control::Mistake> cannotCapture(const std::string& listener) const override;
  Result<capture::Id> capture(capture::Request request, std::function<void()> onBegun,
                              std::function<void()> onEnd) override;
  void endCapture(capture::Id id) override;
  void tellStatus();
  control::LiveList merged(Answers<server::Listed> answers, std::size_t most) const;
  void beginCaptures();

  Workers& workers_;
  CaptureControl& captures_;
  const Callbacks daemon_;
  std::vector<std::function<void(const control::Status&)>> statusAsked_;
  uv::Timer statusDeadline_;
  std::map<capture::Id, std::function<void()>> toBegin_;  // captures that not every loop knows of
  uv::Timer beginDeadline_;
  control::Server server_;
};

}  // namespace megaphone::app
