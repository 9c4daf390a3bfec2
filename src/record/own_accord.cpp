#include "own_accord.h"

#include <algorithm>
#include <array>

#include "megaphone/base/ascii.h"

namespace megaphone::record {
namespace {

// With a dot in front: all names below.
constexpr std::array<std::string_view, 34> kHosts{
    // Chromium and Chrome
    "accounts.google.com", "android.clients.google.com", "clients1.google.com", "clients2.google.com",
    "clients3.google.com", "clients4.google.com", "clients5.google.com", "clients6.google.com", "mtalk.google.com",
    "clientservices.googleapis.com", "content-autofill.googleapis.com", "optimizationguide-pa.googleapis.com",
    "passwordsleakcheck-pa.googleapis.com", "safebrowsing.googleapis.com", "safebrowsingohttpgateway.googleapis.com",
    "update.googleapis.com", ".gvt1.com", "sb-ssl.google.com",
    // Edge
    "edge.microsoft.com", "config.edge.skype.com", "msedge.api.cdp.microsoft.com", ".smartscreen.microsoft.com",
    // Firefox
    ".services.mozilla.com", ".telemetry.mozilla.org", ".cdn.mozilla.net", "aus5.mozilla.org",
    "ciscobinary.openh264.org", "detectportal.firefox.com",
    // Whether there is a network
    "captive.apple.com", "connectivitycheck.gstatic.com", "nmcheck.gnome.org", "www.msftconnecttest.com",
    "www.msftncsi.com", "wpad"};

struct Place {
  std::string_view host;
  std::string_view path;
};

Place placeOf(std::string_view target) {
  const std::size_t scheme = target.find("://");
  if (scheme != std::string_view::npos) target.remove_prefix(scheme + 3);
  const std::size_t path = std::min(target.find('/'), target.size());
  return {target.substr(0, std::min(target.find(':'), path)), target.substr(path)};
}

bool matches(std::string_view host, std::string_view known) {
  if (!known.starts_with('.')) return ascii::equalsIgnoreCase(host, known);
  return host.size() > known.size() && ascii::equalsIgnoreCase(host.substr(host.size() - known.size()), known);
}

// Chromium asks for three names that do not exist, to learn whether the network answers for all names.
bool isProbe(std::string_view method, const Place& place) {
  return method == "HEAD" && place.path == "/" && place.host.size() >= 7 && place.host.size() <= 15 &&
         std::all_of(place.host.begin(), place.host.end(), ascii::isAlpha);
}

}  // namespace

bool isOfItsOwnAccord(std::string_view method, std::string_view target) {
  const Place place = placeOf(target);
  return place.path == "/favicon.ico" || isProbe(method, place) ||
         std::any_of(kHosts.begin(), kHosts.end(), [&](std::string_view known) { return matches(place.host, known); });
}

}  // namespace megaphone::record
