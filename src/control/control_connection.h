// ControlConnection: one connection on the control socket. A request comes in, an answer goes out, and it ends; each
// within its time.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "command.h"
#include "megaphone/base/unique_fd.h"
#include "megaphone/uv/handles.h"
#include "megaphone/uv/outgoing.h"
#include "megaphone/uv/stream.h"

namespace megaphone::control {

class ControlConnection final : private uv::StreamSink, public std::enable_shared_from_this<ControlConnection> {
 public:
  using OnEnd = std::function<void(const ControlConnection& connection)>;
  // `onEnd` gives it up. REQUIRES: held by a shared_ptr; daemon outlives it.
  ControlConnection(uv::Loop& loop, UniqueFd fd, Daemon& daemon, OnEnd onEnd);

  // The whole answer.
  void answer(std::string_view outcome, std::string text);
  // As Answer::begin().
  std::optional<UniqueFd> beginLasting(std::function<void()> onLeave);
  // As Answer::go().
  void go();
  // Ends it: nothing more is told. REQUIRES: what beginLasting() gave is closed.
  void end();

 private:
  enum class Life : std::uint8_t {
    asking,
    waiting,    // for the daemon
    answering,  // what is left of the answer
    lasting,    // somebody else writes the answer
  };

  void onReadable() override;
  void onWritable() override;
  void onReset() override;
  void onTime();
  void read();
  void take(std::string_view line);
  void listen();

  Daemon& daemon_;
  OnEnd onEnd_;
  std::function<void()> onLeave_;  // of an answer that lasts
  Life life_ = Life::asking;
  std::string line_;  // at most Request::kLongest
  uv::Outgoing out_;
  uv::Timer deadline_;
  uv::Stream stream_;
};

}  // namespace megaphone::control
