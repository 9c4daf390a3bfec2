#include "megaphone/control/socket_path.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace megaphone::control {
namespace {

constexpr const char* kOfTheService = "/run/megaphone/control.sock";

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here sets the environment
  return value ? value : "";
}

// systemd.exec(5): several are separated by colons.
std::string_view runtimeDirectory() {
  const std::string_view all = environment("RUNTIME_DIRECTORY");
  return all.substr(0, all.find(':'));
}

std::string ofTheSession() {
  const std::string_view folder = environment("XDG_RUNTIME_DIR");
  return folder.empty() ? "" : std::string(folder) + "/megaphone/control.sock";
}

}  // namespace

bool hasRuntimeDirectory() { return !runtimeDirectory().empty(); }

std::string usualSocketPath() {
  if (hasRuntimeDirectory()) return std::string(runtimeDirectory()) + "/control.sock";
  if (const std::string path = ofTheSession(); !path.empty()) return path;
  return ::geteuid() == 0 ? kOfTheService : "";
}

std::vector<std::string> likelySocketPaths() {
  std::vector<std::string> paths;
  for (const std::string& path : {usualSocketPath(), ofTheSession(), std::string(kOfTheService)}) {
    if (!path.empty() && (paths.empty() || paths.back() != path)) paths.push_back(path);
  }
  return paths;
}

}  // namespace megaphone::control
