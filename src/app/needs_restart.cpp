#include "needs_restart.h"

namespace megaphone::app {

std::vector<std::string> needsRestart(const config::Settings& started, const config::Settings& wanted) {
  std::vector<std::string> keys;
  const auto compare = [&](const char* key, const auto& was, const auto& is) {
    if (was != is) keys.emplace_back(key);
  };
  compare("[daemon] event_loops", started.daemon.event_loops, wanted.daemon.event_loops);
  compare("[daemon] connect_workers", started.daemon.connect_workers, wanted.daemon.connect_workers);
  compare("[control] path", started.control.path, wanted.control.path);
  compare("[control] group", started.control.group, wanted.control.group);
  compare("[access_log] ring", started.access_log.ring, wanted.access_log.ring);
  return keys;
}

}  // namespace megaphone::app
