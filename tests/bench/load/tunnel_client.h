// TunnelClient: opens CONNECT tunnels and compares what comes through them.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "load.h"

namespace bench {

struct TunnelPlan {
  enum class Mode : std::uint8_t {
    rate,  // a tunnel, 16 bytes echoed, closed; and the next
    down,  // the origin streams
    up,    // the client streams
    idle,  // a tunnel, 16 bytes echoed, held
  };
  Mode mode = Mode::rate;
  int proxy = 0;  // its port; 0: straight to the origin
  std::vector<int> origins{};
};

class TunnelClient final : public Client {
 public:
  TunnelClient(Load& load, const TunnelPlan& plan, unsigned number);
  void start() override;
  void overdue() override;
  void onEvents(std::uint32_t events) override;
  bool held() const { return phase_ == Phase::held; }
  void letGo() { close(); }

 private:
  using Mode = TunnelPlan::Mode;
  enum class Phase : std::uint8_t { connecting, answer, running, draining, held };
  static constexpr std::size_t kEcho = 16;

  bool shortLived() const { return plan_.mode == Mode::rate || plan_.mode == Mode::idle; }
  void connected();
  void established();
  void readSome();
  void streamEnded(bool failed);
  void take(std::string_view bytes);
  void takeAnswer(std::string_view bytes);
  void takeEcho(std::string_view bytes);
  void takeStream(std::string_view bytes);
  void takeAcknowledgements(std::string_view bytes);
  void sendStream();
  void finishWhenAcknowledged();
  bool put(std::string_view bytes);

  const TunnelPlan& plan_;
  unsigned number_;
  std::size_t origin_;
  int port_ = 0;
  Phase phase_ = Phase::connecting;
  std::string head_;
  std::uint64_t offset_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::string partOfAcknowledgement_;
  std::uint64_t echoFrom_ = 0;  // where in the payload the echoed bytes stand
  bool saidStop_ = false;
};

}  // namespace bench
