#include "setup_commands.h"

#include <unistd.h>

#include <algorithm>

#include "columns.h"
#include "megaphone/base/nearest.h"
#include "megaphone/base/text.h"
#include "megaphone/config/load.h"
#include "megaphone/setup/guides.h"
#include "megaphone/setup/pac.h"

namespace megaphone::cli {
namespace {

constexpr std::string_view kInstalled = MEGAPHONE_CONFIG_FILE;

// Returns the value of --proxy, else `standard`, if there is one.
std::variant<HostPort, UsageError> readProxy(const Line& line, const std::optional<HostPort>& standard) {
  const auto given = line.value("proxy");
  if (!given && standard) return *standard;
  if (!given) return UsageError{"the configuration does not say on which port the proxy is", "add --proxy HOST:PORT"};
  const auto proxy = HostPort::parse(*given);
  if (proxy) return *proxy;
  return UsageError{concat("--proxy: \"", *given, "\" is not a host with a port"),
                    "for example --proxy 127.0.0.1:3128"};
}

HostPort standardProxy() { return {"127.0.0.1", 3128}; }

std::string guideList(const HostPort& proxy) {
  std::vector<Row> rows;
  for (const setup::Guide& guide : setup::guides()) rows.push_back({std::string(guide.name), guide.title});
  return concat("Whatever asks for the address of a script, or of a PAC file, takes\n  ", setup::pacUrl(proxy),
                "\n\nFor the others, megaphone setup NAME:\n", columns(rows),
                "\nIn Wireshark, tcp.port == ", proxy.port, " is what clients and the proxy say.\n");
}

UsageError unknownGuide(const std::string& name) {
  std::vector<std::string_view> names;
  for (const setup::Guide& guide : setup::guides()) names.push_back(guide.name);
  const auto meant = nearest(name, names);
  return {concat("there is no guide for \"", name, "\""),
          meant ? concat("did you mean megaphone setup ", *meant, "?") : "megaphone setup lists them"};
}

// A proxy's rules for its PAC file, and its address.
struct Source {
  std::string told;  // names the origin of the rules
  setup::PacRules rules;
  std::optional<HostPort> proxy;
};
using Sourced = std::variant<Source, UsageError>;

// Returns the address under which a browser on this machine reaches it; nothing where the kernel or systemd chooses.
std::optional<HostPort> reachable(const config::ListenOn& listen) {
  const Endpoint& at = listen.address;
  if (!listen.handed.empty() || at.port == 0) return std::nullopt;
  if (!at.address.isUnspecified()) return HostPort::of(at);
  return HostPort{at.address.isV4() ? "127.0.0.1" : "::1", at.port};
}

std::string namesOf(const std::vector<config::Proxy>& proxies) {
  std::string out;
  for (const config::Proxy& proxy : proxies) out += (out.empty() ? "" : ", ") + proxy.name;
  return out;
}

Sourced fromSettings(const config::Settings& settings, const std::optional<std::string>& listener) {
  const auto& all = settings.proxies;
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const config::Proxy& each) { return !listener || each.name == *listener; });
  if (found == all.end()) {
    return UsageError{concat(settings.file, " has no proxy", (listener ? " \"" + *listener + "\"" : "")),
                      all.empty() ? "a section [[proxy]] makes one" : "it has " + namesOf(all)};
  }
  return Source{concat(settings.file, ", proxy \"", found->name, "\""),
                {found->pac_exceptions, found->pac_fallback},
                reachable(found->listen.front())};
}

// Returns the proxy of the configuration that is named, else of that of this machine, else one with defaults.
Sourced findSource(const Line& line) {
  const auto listener = line.value("listener");
  std::string file = line.value("config").value_or("");
  if (file.empty() && ::access(kInstalled.data(), R_OK) == 0) file = kInstalled;
  if (file.empty()) {
    if (listener) return UsageError{"--listener is for a configuration", "add --config FILE"};
    return Source{"the defaults", {config::Proxy{}.pac_exceptions, config::Proxy{}.pac_fallback}, standardProxy()};
  }
  const config::Loaded loaded = config::load(file);
  if (loaded.settings) return fromSettings(*loaded.settings, listener);
  return UsageError{config::summary(loaded.problems.front(), file),
                    concat("megaphoned --check ", file, " reports all of its problems")};
}

}  // namespace

Answered answerSetup(const Line& line) {
  const auto proxy = readProxy(line, standardProxy());
  if (const auto* error = std::get_if<UsageError>(&proxy)) return *error;
  const auto& at = std::get<HostPort>(proxy);
  if (line.operands.empty()) return Print{guideList(at)};
  if (line.operands.size() > 1)
    return UsageError{concat("only one NAME is allowed: \"", line.operands[1], "\""), "ask for one at a time"};
  const auto all = setup::guides();
  const auto guide =
      std::find_if(all.begin(), all.end(), [&](const setup::Guide& each) { return each.name == line.operands[0]; });
  if (guide == all.end()) return unknownGuide(line.operands[0]);
  const std::string pac = setup::usesPac(*guide) ? concat("PAC file: ", setup::pacUrl(at), "\n\n") : "";
  return Print{pac + setup::guideText(*guide, at)};
}

Answered answerPac(const Line& line) {
  if (line.operands.empty()) return UsageError{"URL is missing", "for example megaphone pac http://example.org/"};
  const Sourced source = findSource(line);
  if (const auto* error = std::get_if<UsageError>(&source)) return *error;
  const auto& from = std::get<Source>(source);
  const auto proxy = readProxy(line, from.proxy);
  if (const auto* error = std::get_if<UsageError>(&proxy)) return *error;
  const auto& at = std::get<HostPort>(proxy);
  std::vector<std::string> answers;
  for (const std::string& url : line.operands) {
    auto answer = setup::askPac(from.rules, at, url);
    if (!answer) return UsageError{answer.error().context, "for example http://example.org/"};
    answers.push_back(answer->text + (answer->by.empty() ? "" : " (" + answer->by + ")"));
  }
  std::vector<Row> rows;
  for (std::size_t i = 0; i < answers.size(); ++i) rows.push_back({line.operands[i], answers[i]});
  return Print{concat(setup::pacUrl(at), ", by ", from.told, ":\n", columns(rows))};
}

}  // namespace megaphone::cli
