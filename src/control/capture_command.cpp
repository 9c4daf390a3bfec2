// capture: what passes through a listener, as a capture file that grows until it is enough.
#include "command.h"
#include "megaphone/config/units.h"

namespace megaphone::control {
namespace {

// What a reading does not understand.
template <class T>
std::optional<Mistake> read(const Request& request, std::string_view name,
                            config::Reading<T> (*reader)(std::string_view), T& out) {
  const auto text = request.option(name);
  if (!text) return std::nullopt;
  auto reading = reader(*text);
  if (!reading.value) return Mistake{std::string(name) + ": \"" + *text + "\" cannot be understood", reading.advice};
  out = *reading.value;
  return std::nullopt;
}

std::optional<Mistake> readScope(const Request& request, capture::Scope& scope) {
  scope.listener = request.option("listener").value_or("");
  if (scope.listener.empty()) return Mistake{"no listener is named", "megaphone status has their names"};
  scope.host = request.option("host").value_or("");
  const auto client = request.option("client");
  if (!client) return std::nullopt;
  scope.client = IpNetwork::parse(*client);
  if (scope.client) return std::nullopt;
  return Mistake{"client: \"" + *client + "\" is not a network", "for example 10.0.0.0/8, or one address"};
}

std::optional<Mistake> readSwitch(const Request& request, std::string_view name, bool& out) {
  const std::string text = request.option(name).value_or("no");
  out = text == "yes";
  if (out || text == "no") return std::nullopt;
  return Mistake{std::string(name) + " cannot be \"" + text + "\"", "it is yes or no"};
}

std::optional<Mistake> readCapture(const Request& request, capture::Request& wanted) {
  if (auto mistake = readScope(request, wanted.scope)) return mistake;
  if (auto mistake = read(request, "for", config::readDuration, wanted.time)) return mistake;
  if (auto mistake = read(request, "max", config::readSize, wanted.size)) return mistake;
  if (auto mistake = readSwitch(request, "with-secrets", wanted.with_secrets)) return mistake;
  return readSwitch(request, "headers-only", wanted.headers_only);
}

void run(const Request& request, Daemon& daemon, Answer answer) {
  capture::Request wanted;
  if (const auto mistake = readCapture(request, wanted)) return answer.failed(*mistake);
  if (const auto mistake = daemon.cannotCapture(wanted.scope.listener)) return answer.failed(*mistake);
  bool check = false;  // whether it would begin
  if (const auto mistake = readSwitch(request, "check", check)) return answer.failed(*mistake);
  if (check) return answer.done({});
  const auto id = std::make_shared<std::optional<capture::Id>>();
  auto fd = answer.begin([&daemon, id] {
    if (*id) daemon.endCapture(**id);
  });
  if (!fd) return;
  wanted.to = std::move(*fd);
  const auto begun = daemon.capture(
      std::move(wanted), [answer] { answer.go(); }, [answer] { answer.end(); });
  if (begun)
    *id = *begun;
  else
    answer.failed(Mistake{describe(begun.error()), ""});
}

}  // namespace

const Command kCapture{"capture", run};

}  // namespace megaphone::control
