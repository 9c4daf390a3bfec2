#include "megaphone/config/files.h"

#include <algorithm>
#include <functional>
#include <map>

#include "checks.h"
#include "megaphone/base/file_identity.h"
#include "megaphone/base/text.h"
#include "megaphone/config/listener_kinds.h"
#include "rules.h"

namespace megaphone::config {
namespace {

using Kind = FileUse::Kind;
using Identify = std::function<std::optional<FileIdentity>(const std::string&)>;

// Returns whether the text is a path and not a word such as "none" or "stderr".
bool isPath(const std::string& text) { return text.starts_with('/') || text.starts_with('.'); }

void addUses(const ListenerSite& site, const Listener& listener, std::vector<FileUse>& out) {
  if (isPath(listener.access_log)) {
    out.push_back(
        {Kind::access_log, "the access log of " + listener.name, listener.access_log, 0, site.id("access_log")});
  }
  if (!listener.capture.empty()) {
    out.push_back({Kind::capture, "the capture of " + listener.name, listener.capture, listener.capture_files - 1,
                   site.id("capture")});
  }
}

// Returns every name that a use has for files.
std::vector<std::string> namesOf(const FileUse& use) {
  std::vector<std::string> out{use.path};
  for (std::uint32_t n = 1; n <= use.older; ++n) out.push_back(concat(use.path, ".", n));
  return out;
}

// Returns whether two uses may have one file: both only read it, or lines of several listeners go to it, which is
// opened once, by its path.
bool mayShare(const FileUse& a, const FileUse& b) {
  if (a.kind == Kind::read && b.kind == Kind::read) return true;
  return a.kind == Kind::access_log && b.kind == Kind::access_log && a.path == b.path;
}

std::string advise(const FileUse& use, const FileUse& first, const Span& where) {
  if (first.kind == Kind::read) return concat("it would be overwritten; give ", use.what, " a file of its own");
  const bool both = use.kind == Kind::access_log && first.kind == Kind::access_log;
  const std::string there = where.begin.line > 0 ? concat(first.what, " is at ", placeText(where), "; ") : "";
  return there + (both ? "write one path in both" : "give each a file of its own");
}

// Reports a file with two uses, at the place that comes later in the configuration.
void reportShared(const CheckedSettings& all, const FileUse& a, const FileUse& b) {
  const Span of_a = all.provenance.at(a.value);
  const Span of_b = all.provenance.at(b.value);
  const bool swapped = of_a.begin.line > 0 && of_a.begin < of_b.begin;
  const FileUse& use = swapped ? b : a;
  const FileUse& first = swapped ? a : b;
  std::string message = concat(use.what, " and ", first.what, " are one file");
  if (use.path != first.path) message += concat(": ", quote(use.path), " is ", quote(first.path));
  all.report.error(swapped ? of_b : of_a, std::move(message), advise(use, first, swapped ? of_a : of_b));
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
  forEachListener(settings, [&](const ListenerSite& site, const Listener& listener) { addUses(site, listener, out); });
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

void checkFiles(const CheckedSettings& all) {
  const Identify identity = all.machine.occasion == Occasion::none ? Identify(identifyByName) : Identify(identify);
  const std::vector<FileUse> uses = fileUses(all.settings);
  std::map<FileIdentity, const FileUse*> taken;
  for (const FileUse& use : uses) {
    const FileUse* first = nullptr;
    for (const std::string& name : namesOf(use)) {
      const auto file = identity(name);
      if (!file) continue;
      const auto [found, added] = taken.emplace(*file, &use);
      if (!added && found->second != &use && !mayShare(use, *found->second)) first = found->second;
    }
    if (first) reportShared(all, use, *first);
  }
}

}  // namespace megaphone::config
