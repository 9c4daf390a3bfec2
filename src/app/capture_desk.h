// CaptureDesk: starts and ends captures, those of the configuration and those that somebody asks for, says so in the
// log, and has the loops told. Main thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "megaphone/capture/captures.h"
#include "megaphone/config/settings.h"
#include "megaphone/uv/mailbox.h"

namespace megaphone::app {

class CaptureDesk final : private capture::CapturesSink {
 public:
  using OnEnd = std::function<void(capture::Ended ended, const capture::Figures& figures)>;

  // `onWanted`: gives that to all loops. Called until the desk dies, which is after the crew.
  CaptureDesk(uv::Loop& main, std::size_t lanes, std::function<void(const capture::WantedPtr&)> onWanted);

  // As Captures::start. `onEnd` is called once when it has ended, whyever, unless the daemon ends before.
  Result<capture::Id> start(capture::Order order, OnEnd onEnd = {});
  void release(capture::Id id) { captures_.release(id); }
  void stop(capture::Id id) { captures_.stop(id); }
  // Has those that the settings name run, and no others that earlier settings named.
  void follow(const config::Settings& settings);
  void crewIsGone() { onWanted_ = {}; }

  capture::Captures& captures() { return captures_; }
  const capture::Captures& captures() const { return captures_; }

 private:
  struct Loss {
    capture::Id id;
    int errnum;
  };
  struct End {
    capture::Id id;
    capture::Ended ended;
    capture::Figures figures;
  };
  using News = std::variant<Loss, End>;
  struct Active {
    std::string listener;
    std::string where;
    OnEnd onEnd;
  };
  void onCaptureLoses(capture::Id id, int errnum) override;
  void onCaptureEnded(capture::Id id, capture::Ended ended, const capture::Figures& figures) override;
  void on(const Loss& loss);
  void on(const End& end);
  void tell();

  std::function<void(const capture::WantedPtr&)> onWanted_;
  std::map<capture::Id, Active> active_;
  std::map<std::string, capture::Id> configured_;  // by what the settings say of each
  uv::Mailbox<News> news_;
  capture::Captures captures_;  // dies first: its writer posts to the mailbox
};

}  // namespace megaphone::app
