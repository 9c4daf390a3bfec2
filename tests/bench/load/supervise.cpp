#include "supervise.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <vector>

#include "clock.h"
#include "poller.h"
#include "sockets.h"

namespace bench {
namespace {

constexpr Nanoseconds kPatience = kSecond * 3 / 2;  // between SIGTERM and SIGKILL

volatile std::sig_atomic_t asked = 0;
void onSignal(int signal) {
  if (signal != SIGCHLD) asked = 1;
}

void pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(cpu), &set);
  if (::sched_setaffinity(0, sizeof set, &set) != 0) die("sched_setaffinity");
}

pid_t parentOf(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t end = text.rfind(')');
  return end == std::string::npos || end + 4 > text.size() ? 0 : std::atoi(text.c_str() + end + 4);
}

std::vector<pid_t> descendants(pid_t root) {
  std::multimap<pid_t, pid_t> children;
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), ::closedir);
  while (const dirent* entry = proc ? ::readdir(proc.get()) : nullptr) {
    const pid_t process = std::atoi(entry->d_name);
    if (process > 0) children.emplace(parentOf(process), process);
  }
  std::vector<pid_t> found{root};
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto [first, last] = children.equal_range(found[i]);
    for (auto child = first; child != last; ++child) found.push_back(child->second);
  }
  found.erase(found.begin());
  return found;
}

void signalAll(int signal) {
  for (const pid_t process : descendants(::getpid())) ::kill(process, signal);
}

[[noreturn]] void become(const std::string& log, char** command) {
  for (const int signal : {SIGTERM, SIGINT, SIGCHLD}) std::signal(signal, SIG_DFL);
  ::setsid();
  const int in = ::open("/dev/null", O_RDONLY);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(out, 2);
  ::close_range(3, ~0u, 0);
  ::execvp(command[0], command);
  std::perror(command[0]);
  std::_Exit(127);
}

}  // namespace

int supervise(int cpu, const std::string& log, char** command) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  raiseDescriptorLimit();
  if (cpu >= 0) pin(cpu);
  struct sigaction action {};
  action.sa_handler = onSignal;
  for (const int signal : {SIGTERM, SIGINT, SIGCHLD}) ::sigaction(signal, &action, nullptr);
  const pid_t child = ::fork();
  if (child < 0) die("fork");
  if (child == 0) become(log, command);

  Nanoseconds askedAt = 0;
  for (;;) {
    const pid_t ended = ::waitpid(-1, nullptr, WNOHANG);
    if (ended > 0) continue;
    if (ended < 0 && errno == ECHILD) return 0;
    if (asked != 0 && askedAt == 0) {
      askedAt = now();
      signalAll(SIGTERM);
    } else if (asked != 0 && now() - askedAt > kPatience) {
      signalAll(SIGKILL);
    }
    ::usleep(askedAt != 0 ? 20'000 : 100'000);
  }
}

int spin(int cpu, long milliseconds) {
  pin(cpu);
  const Nanoseconds end = now() + static_cast<Nanoseconds>(milliseconds) * kMillisecond;
  while (now() < end) {
  }
  return 0;
}

}  // namespace bench
