// NameServer: a name server to which every name is 127.0.0.1.
#pragma once

#include "poller.h"

namespace bench {

class NameServer final : public Handler {
 public:
  NameServer(Poller& poller, int port);
  void onEvents(std::uint32_t events) override;
};

}  // namespace bench
