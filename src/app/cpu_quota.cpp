#include "cpu_quota.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace megaphone::app {
namespace {

// The first line of a small file; "" when it cannot be read.
std::string firstLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// "200000 100000" or "max 100000": microseconds in a period.
std::optional<unsigned> ratio(const std::string& text) {
  std::istringstream words(text);
  long long quota = 0;
  long long period = 0;
  if (!(words >> quota >> period) || quota <= 0 || period <= 0) return std::nullopt;
  return static_cast<unsigned>(std::clamp<long long>((quota + period - 1) / period, 1, 1 << 16));
}

std::optional<unsigned> quotaOf(const std::string& folder) {
  if (const auto quota = ratio(firstLine(folder + "/cpu.max"))) return quota;
  return ratio(firstLine(folder + "/cpu.cfs_quota_us") + " " + firstLine(folder + "/cpu.cfs_period_us"));
}

// Of the group and of all around it.
std::optional<unsigned> smallest(const std::string& root, std::string group) {
  std::optional<unsigned> out;
  while (true) {
    const auto quota = quotaOf(root + group);
    if (quota && (!out || *quota < *out)) out = quota;
    if (group.empty()) return out;
    group.resize(group.rfind('/') == std::string::npos ? 0 : group.rfind('/'));
  }
}

bool names(std::string_view controllers, std::string_view controller) {
  return ("," + std::string(controllers) + ",").find("," + std::string(controller) + ",") != std::string::npos;
}

}  // namespace

// A line is "NUMBER:CONTROLLERS:GROUP"; without controllers it is of version 2. In a container the group may be named
// as the host sees it, while only the container's own is mounted: the look at all around it finds that.
std::optional<unsigned> cpuQuota(const std::string& root, std::string_view groups) {
  std::optional<unsigned> out;
  std::istringstream lines{std::string(groups)};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (!controllers.empty() && !names(controllers, "cpu")) continue;
    std::string group = line.substr(second + 1);
    if (group.ends_with('/')) group.pop_back();
    for (const std::string& mount : {std::string(), "/" + controllers, std::string("/cpu")}) {
      const auto quota = smallest(root + mount, group);
      if (quota && (!out || *quota < *out)) out = quota;
    }
  }
  return out;
}

std::optional<unsigned> cpuQuota() {
  std::ifstream file("/proc/self/cgroup");
  std::ostringstream text;
  text << file.rdbuf();
  return cpuQuota("/sys/fs/cgroup", text.str());
}

}  // namespace megaphone::app
