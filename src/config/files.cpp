#include "megaphone/config/files.h"

#include <algorithm>
#include <functional>
#include <map>

#include "checks.h"
#include "listeners_of.h"
#include "megaphone/base/file_identity.h"
#include "rules.h"

namespace megaphone::config {
namespace {

using Kind = FileUse::Kind;
using Identify = std::function<std::optional<FileIdentity>(const std::string&)>;

// Not a word such as "none" or "stderr".
bool isPath(const std::string& text) { return text.starts_with('/') || text.starts_with('.'); }

template <class S>
void addUses(std::string_view section, const std::vector<S>& listeners, std::vector<FileUse>& out) {
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    const Listener& listener = listeners[i];
    if (isPath(listener.access_log)) {
      out.push_back(
          {Kind::access_log, "the access log of " + listener.name, listener.access_log, 0, {section, i, "access_log"}});
    }
    if (!listener.capture.empty()) {
      out.push_back({Kind::capture,
                     "the capture of " + listener.name,
                     listener.capture,
                     listener.capture_files - 1,
                     {section, i, "capture"}});
    }
  }
}

// Every name that a use has for files.
std::vector<std::string> namesOf(const FileUse& use) {
  std::vector<std::string> out{use.path};
  for (std::uint32_t n = 1; n <= use.older; ++n) out.push_back(use.path + "." + std::to_string(n));
  return out;
}

// What is only read may be one file. Lines of several listeners may go to one, which is opened once, by its path.
bool mayShare(const FileUse& a, const FileUse& b) {
  if (a.kind == Kind::read && b.kind == Kind::read) return true;
  return a.kind == Kind::access_log && b.kind == Kind::access_log && a.path == b.path;
}

std::string advise(const FileUse& use, const FileUse& first, const Node* where) {
  if (first.kind == Kind::read) return "it would be overwritten; give " + use.what + " a file of its own";
  const bool both = use.kind == Kind::access_log && first.kind == Kind::access_log;
  const std::string there = where ? first.what + " is at " + place(where->span.begin) + "; " : "";
  return there + (both ? "write one path in both" : "give each a file of its own");
}

// Tells it at the place that comes later in the file.
void reportShared(const Node& root, const FileUse& a, const FileUse& b, Report& report) {
  const Node* of_a = valueAt(root, a.value);
  const Node* of_b = valueAt(root, b.value);
  const bool swapped = of_a && of_b && before(of_a->span.begin, of_b->span.begin);
  const FileUse& use = swapped ? b : a;
  const FileUse& first = swapped ? a : b;
  std::string message = use.what + " and " + first.what + " are one file";
  if (use.path != first.path) message += ": " + quote(use.path) + " is " + quote(first.path);
  const Node* where = valueAt(root, use.value);
  std::string help = advise(use, first, valueAt(root, first.value));
  if (where) return report.add(where->span, std::move(message), std::move(help));
  report.add(std::move(message), std::move(help));
}

}  // namespace

std::vector<FileUse> fileUses(const Settings& settings) {
  std::vector<FileUse> out;
  if (!settings.file.empty() && settings.file != "-") out.push_back({Kind::read, "the configuration", settings.file});
  out.push_back({Kind::read, "the system's hosts file", "/etc/hosts"});
  out.push_back({Kind::read, "the list of name servers", "/etc/resolv.conf"});
  if (!settings.log.path.empty())
    out.push_back({Kind::log, "the daemon's log", settings.log.path, 0, {"log", 0, "path"}});
  if (isPath(settings.access_log.path))
    out.push_back({Kind::access_log, "the access log", settings.access_log.path, 0, {"access_log", 0, "path"}});
  if (isPath(settings.control.path))
    out.push_back({Kind::socket, "the control socket", settings.control.path, 0, {"control", 0, "path"}});
  addUses("uppercase_tcp", settings.uppercase_tcp, out);
  addUses("uppercase_udp", settings.uppercase_udp, out);
  addUses("proxy", settings.proxies, out);
  return out;
}

std::optional<std::string> usedFor(const Settings& settings, const std::string& path) {
  const auto identity = identify(path);
  if (!identity) return std::nullopt;
  for (const FileUse& use : fileUses(settings)) {
    for (const std::string& name : namesOf(use)) {
      if (identify(name) == identity) return use.what;
    }
  }
  return std::nullopt;
}

void checkFiles(const Node& root, const Settings& settings, const Machine& machine, Report& report) {
  const Identify identity = machine.occasion == Occasion::none ? Identify(identifyByName) : Identify(identify);
  const std::vector<FileUse> uses = fileUses(settings);
  std::map<FileIdentity, const FileUse*> taken;
  for (const FileUse& use : uses) {
    const FileUse* first = nullptr;
    for (const std::string& name : namesOf(use)) {
      const auto file = identity(name);
      if (!file) continue;
      const auto [found, added] = taken.emplace(*file, &use);
      if (!added && found->second != &use && !mayShare(use, *found->second)) first = found->second;
    }
    if (first) reportShared(root, use, *first, report);
  }
}

}  // namespace megaphone::config
