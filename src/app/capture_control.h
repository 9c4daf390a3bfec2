// CaptureControl: starts and ends captures, those of the configuration and those that somebody asks for, says so in the
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

class CaptureControl final : private capture::CapturesSink {
 public:
  using OnEnd = std::function<void(capture::Ended ended, const capture::Figures& figures)>;

  static constexpr std::size_t kMostAsked = 8;  // at once, beside those of the configuration

  // `onWanted`: gives that to all loops. Called until workersAreGone().
  CaptureControl(uv::Loop& main, std::size_t lanes, std::function<void(const capture::WantedPtr&)> onWanted);

  // One that somebody asks for. As Captures::start; fails with kMostAsked, too. `onEnd` is called once when it has
  // ended, whyever, unless the daemon ends before.
  Result<capture::Id> start(capture::Request request, OnEnd onEnd);
  bool isFull() const;
  void release(capture::Id id) { captures_.release(id); }
  void stop(capture::Id id) { captures_.stop(id); }

  // Returns the changes after which the captures run that the settings name, and none that only earlier ones named.
  struct Plan {
    std::map<std::string, capture::Request> wanted;  // by what the settings say of each; new ones with their files
  };
  // Makes the files, which take their paths with take(). Fails where one cannot be made; then nothing has changed.
  Result<Plan> plan(const config::Settings& settings) const;
  // Gives what has become of each capture, in words.
  std::vector<std::string> take(Plan plan);
  void workersAreGone() { onWanted_ = {}; }

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
    bool asked = false;
    bool waits = false;  // for its path, until the one that is there has ended
    OnEnd onEnd = {};
  };
  Result<capture::Id> start(capture::Request request, Active active);
  bool isTaken(const std::string& path) const;
  void letGo();
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
