// The check of what a start would detect. It examines files, and binds addresses for a moment without listening.
#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "checks.h"
#include "megaphone/base/ascii.h"
#include "megaphone/base/text.h"
#include "megaphone/base/unique_fd.h"
#include "megaphone/config/files.h"
#include "megaphone/config/listener_kinds.h"
#include "rules.h"

namespace megaphone::config {
namespace {

constexpr std::uint16_t kFirstFreePort = 1024;
constexpr std::string_view kTry = "the check is made as the user who asks: sudo -u USER megaphoned --check FILE";

std::string thisUser() { return concat("this user (uid ", ::geteuid(), ")"); }

std::string folderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

// Returns whether the systemd unit makes the folder at each start.
bool isOfTheUnit(const std::string& folder) { return folder == "/run/megaphone" || folder == "/var/log/megaphone"; }

bool may(const std::string& path, int what) { return ::faccessat(AT_FDCWD, path.c_str(), what, AT_EACCESS) == 0; }

void checkFolder(const FileUse& use, const Span& where, Report& report) {
  const std::string folder = folderOf(use.path);
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) {
    const int errnum = errno;
    const std::string message = concat("the folder of ", use.what, ", ", folder, ": ", std::strerror(errnum));
    if (errnum == ENOENT && isOfTheUnit(folder))
      return report.warn(where, message, "the systemd unit makes it when the daemon starts");
    return report.error(where, message, errnum == EACCES ? std::string(kTry) : "mkdir " + folder);
  }
  if (!S_ISDIR(status.st_mode)) return report.error(where, folder + " is not a folder", "choose another path");
  if (may(folder, W_OK | X_OK)) return;
  report.error(where, concat(thisUser(), " cannot make ", use.path), std::string(kTry));
}

void checkFile(const FileUse& use, const Span& where, Report& report) {
  struct stat status {};
  if (::stat(use.path.c_str(), &status) != 0) return checkFolder(use, where, report);
  const bool socket = S_ISSOCK(status.st_mode);
  if (S_ISDIR(status.st_mode)) return report.error(where, use.path + " is a folder", "add the name of a file");
  if (use.kind == FileUse::Kind::socket && !socket)
    return report.error(where, use.path + " is not a socket, and stays as it is", "choose another path");
  if (use.kind != FileUse::Kind::socket && socket)
    return report.error(where, use.path + " is a socket", "choose another path");
  if (use.kind == FileUse::Kind::socket || use.kind == FileUse::Kind::capture)
    return checkFolder(use, where, report);  // the file is replaced
  if (!may(use.path, W_OK)) report.error(where, concat(thisUser(), " cannot write ", use.path), std::string(kTry));
}

// Reports a path that is too long for a socket, which is made under another name beside its own.
void checkSocketPath(const FileUse& use, const Span& where, Report& report) {
  constexpr std::size_t kLongest = 107;  // unix(7), the final zero aside
  const std::string made = use.path.substr(0, use.path.rfind('/') + 1) + ".XXXXXX/s";
  if (made.size() <= kLongest) return;
  report.error(where, "the path of the control socket is too long",
               concat("its folder can have ", kLongest - 9, " bytes at most"));
}

std::vector<gid_t> ownGroups() {
  std::vector<gid_t> out(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
  if (::getgroups(static_cast<int>(out.size()), out.data()) < 0) out.clear();
  out.push_back(::getegid());
  return out;
}

std::optional<gid_t> groupNumber(const std::string& group) {
  if (const auto number = ascii::parseDecimal(group, UINT32_MAX - 1)) return static_cast<gid_t>(*number);
  std::array<char, 16 * 1024> buffer;
  ::group entry{};
  ::group* found = nullptr;
  ::getgrnam_r(group.c_str(), &entry, buffer.data(), buffer.size(), &found);
  return found ? std::optional(found->gr_gid) : std::nullopt;
}

void checkGroup(const std::string& group, const Span& where, Report& report) {
  const auto number = groupNumber(group);
  if (!number) return report.error(where, "there is no group " + quote(group), "groupadd " + group);
  const std::vector<gid_t> own = ownGroups();
  if (::geteuid() == 0 || std::find(own.begin(), own.end(), *number) != own.end()) return;
  report.error(where, concat(thisUser(), " is not a member of ", quote(group)), std::string(kTry));
}

// Returns the errno with which the address cannot be bound, 0 when it can. A port that is taken does not count: our own
// daemon may have it.
int tryAddress(Transport transport, Endpoint at) {
  if (at.port >= kFirstFreePort || ::geteuid() == 0) at.port = 0;
  const int type = (transport == Transport::tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC;
  const UniqueFd fd(::socket(at.address.isV4() ? AF_INET : AF_INET6, type, 0));
  if (!fd) return errno;
  const int on = 1;
  if (!at.address.isV4()) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  sockaddr_storage storage;
  const socklen_t length = at.toSockaddr(storage);
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), length) == 0 || errno == EADDRINUSE) return 0;
  return errno;
}

void checkAddress(Transport transport, const Endpoint& at, const Span& where, Report& report) {
  const int errnum = tryAddress(transport, at);
  if (errnum == 0) return;
  if (errnum == EACCES)
    return report.error(where, concat(thisUser(), " cannot listen on port ", at.port), std::string(kLowPortAdvice));
  const bool missing = errnum == EADDRNOTAVAIL || errnum == ENODEV;
  report.warn(where,
              missing ? concat("no interface of this machine has the address ", at.address.text(), " at this moment")
                      : concat(at.address.text(), ": ", std::strerror(errnum)),
              "the daemon cannot start until it has");
}

}  // namespace

void checkStart(const CheckedSettings& all) {
  if (all.machine.occasion != Occasion::check) return;
  for (const FileUse& use : fileUses(all.settings)) {
    if (!all.provenance.isSet(use.value)) continue;
    const Span where = all.provenance.at(use.value);
    if (use.kind == FileUse::Kind::socket) checkSocketPath(use, where, all.report);
    checkFile(use, where, all.report);
  }
  const ValueId group{"control", 0, "group"};
  if (all.provenance.isSet(group) && all.settings.control.group != "none")
    checkGroup(all.settings.control.group, all.provenance.at(group), all.report);
  forEachListener(all.settings, [&](const ListenerSite& site, const Listener& listener) {
    for (std::size_t i = 0; i < listener.listen.size(); ++i) {
      const ListenOn& on = listener.listen[i];
      if (on.handed.empty())
        checkAddress(site.kind.transport, on.address, all.provenance.at(site.id("listen"), i), all.report);
    }
  });
}

}  // namespace megaphone::config
