// What a start would find out, seen before it: by looking, and by binding addresses for a moment without listening.
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
#include "listeners_of.h"
#include "megaphone/base/ascii.h"
#include "megaphone/base/unique_fd.h"
#include "megaphone/config/files.h"
#include "rules.h"

namespace megaphone::config {
namespace {

constexpr std::uint16_t kFirstFreePort = 1024;
constexpr std::string_view kTry = "the check is made as the user who asks: sudo -u USER megaphoned --check FILE";

std::string folderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

// Those that the unit makes at each start.
bool isOfTheUnit(const std::string& folder) { return folder == "/run/megaphone" || folder == "/var/log/megaphone"; }

bool may(const std::string& path, int what) { return ::faccessat(AT_FDCWD, path.c_str(), what, AT_EACCESS) == 0; }

void lookAtFolder(const FileUse& use, const Node& where, Report& report) {
  const std::string folder = folderOf(use.path);
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) {
    const int errnum = errno;
    const std::string message = "the folder of " + use.what + ", " + folder + ": " + std::strerror(errnum);
    if (errnum == ENOENT && isOfTheUnit(folder))
      return report.warn(where.span, message, "the systemd unit makes it when the daemon starts");
    return report.add(where.span, message, errnum == EACCES ? std::string(kTry) : "mkdir " + folder);
  }
  if (!S_ISDIR(status.st_mode)) return report.add(where.span, folder + " is not a folder", "choose another path");
  if (may(folder, W_OK | X_OK)) return;
  report.add(where.span, "this user (uid " + std::to_string(::geteuid()) + ") cannot make " + use.path,
             std::string(kTry));
}

void lookAtFile(const FileUse& use, const Node& where, Report& report) {
  struct stat status {};
  if (::stat(use.path.c_str(), &status) != 0) return lookAtFolder(use, where, report);
  const bool socket = S_ISSOCK(status.st_mode);
  if (S_ISDIR(status.st_mode)) return report.add(where.span, use.path + " is a folder", "add the name of a file");
  if (use.kind == FileUse::Kind::socket && !socket)
    return report.add(where.span, use.path + " is not a socket, and stays as it is", "choose another path");
  if (use.kind != FileUse::Kind::socket && socket)
    return report.add(where.span, use.path + " is a socket", "choose another path");
  if (use.kind == FileUse::Kind::socket || use.kind == FileUse::Kind::capture)
    return lookAtFolder(use, where, report);  // the file is replaced
  if (!may(use.path, W_OK))
    report.add(where.span, "this user (uid " + std::to_string(::geteuid()) + ") cannot write " + use.path,
               std::string(kTry));
}

// The socket is made under another name beside its own.
void lookAtSocketPath(const FileUse& use, const Node& where, Report& report) {
  constexpr std::size_t kLongest = 107;  // unix(7), the final zero aside
  const std::string made = use.path.substr(0, use.path.rfind('/') + 1) + ".XXXXXX/s";
  if (made.size() <= kLongest) return;
  report.add(where.span, "the path of the control socket is too long",
             "its folder can have " + std::to_string(kLongest - 9) + " bytes at most");
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

void lookAtGroup(const std::string& group, const Node& where, Report& report) {
  const auto number = groupNumber(group);
  if (!number) return report.add(where.span, "there is no group " + quote(group), "groupadd " + group);
  const std::vector<gid_t> own = ownGroups();
  if (::geteuid() == 0 || std::find(own.begin(), own.end(), *number) != own.end()) return;
  report.add(where.span, "this user (uid " + std::to_string(::geteuid()) + ") is not a member of " + quote(group),
             std::string(kTry));
}

// The errno with which the address cannot be bound, 0 when it can. Another's port does not count: it may be our own
// daemon that has it.
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

void lookAtAddress(Transport transport, const Endpoint& at, const Node& where, Report& report) {
  const int errnum = tryAddress(transport, at);
  if (errnum == 0) return;
  if (errnum == EACCES)
    return report.add(
        where.span,
        "this user (uid " + std::to_string(::geteuid()) + ") cannot listen on port " + std::to_string(at.port),
        std::string(kLowPortAdvice));
  const bool missing = errnum == EADDRNOTAVAIL || errnum == ENODEV;
  report.warn(where.span,
              missing ? "no interface of this machine has the address " + at.address.text() + " at this moment"
                      : at.address.text() + ": " + std::strerror(errnum),
              "the daemon cannot start until it has");
}

}  // namespace

void checkStart(const Node& root, const Settings& settings, Report& report) {
  for (const FileUse& use : fileUses(settings)) {
    const Node* where = use.kind == FileUse::Kind::read ? nullptr : valueAt(root, use.value);
    if (!where) continue;
    if (use.kind == FileUse::Kind::socket) lookAtSocketPath(use, *where, report);
    lookAtFile(use, *where, report);
  }
  const Node* group = valueAt(root, {"control", 0, "group"});
  if (group && settings.control.group != "none") lookAtGroup(settings.control.group, *group, report);
  forEachListener(root, [&](const ListenerKind& kind, const Node& table) {
    const Entry* listen = table.find("listen");
    for (const Node& node : listen ? listen->value.list() : std::span<const Node>()) {
      const auto on = ListenOn::parse(node.text);
      if (on && on->handed.empty()) lookAtAddress(kind.transport, on->address, node, report);
    }
  });
}

}  // namespace megaphone::config
