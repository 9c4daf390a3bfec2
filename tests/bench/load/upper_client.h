// UpperClient: speaks to a TCP uppercase server and compares every byte of its answers.
#pragma once

#include <cstdint>

#include "load.h"

namespace bench {

struct UpperPlan {
  enum class Mode : std::uint8_t {
    ping,    // a message, its answer, the next message
    stream,  // as much as goes, in both directions
    once,    // a connection for each message, ended by us
  };
  Mode mode = Mode::ping;
  int port = 0;
  std::size_t size = 0;  // of a message
};

class UpperClient final : public Client {
 public:
  UpperClient(Load& load, const UpperPlan& plan, unsigned number);
  void start() override;
  void overdue() override;
  void onEvents(std::uint32_t events) override;

 private:
  using Mode = UpperPlan::Mode;
  void connected();
  void sendMessage();
  void readSome();
  void take(std::string_view bytes);
  void streamEnded();
  void sendStream();

  const UpperPlan& plan_;
  unsigned number_;
  std::uint64_t base_;  // where in the payload the message stands
  std::uint64_t sent_ = 0;
  std::uint64_t got_ = 0;
  bool connecting_ = false;
  bool ended_ = false;  // our end is sent
};

}  // namespace bench
