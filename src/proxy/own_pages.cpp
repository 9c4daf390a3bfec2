#include "megaphone/proxy/own_pages.h"

#include <algorithm>
#include <array>

#include "guide_page.h"
#include "megaphone/base/ascii.h"
#include "megaphone/http/writer.h"
#include "page.h"
#include "why_page.h"

namespace megaphone::proxy {
namespace {

struct Place {
  std::string_view path;
  OwnPage page;
};
constexpr std::array kPlaces{
    Place{"/", OwnPage::home},       Place{"/proxy.pac", OwnPage::pac}, Place{"/wpad.dat", OwnPage::pac},
    Place{"/setup", OwnPage::setup}, Place{"/why", OwnPage::why},
};

void appendPage(std::string& out, std::string_view type, std::string_view body, const Requester& requester) {
  http::appendStatusLine(out, 200, http::phraseFor(200));
  appendRest(out, type, body, requester);
}

bool isAmong(std::string_view host, const std::vector<HostPattern>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const HostPattern& each) { return each.matches(host); });
}

constexpr std::string_view kLocalhost = "localhost";

}  // namespace

bool OwnNames::mayBe(std::string_view host) const {
  const bool address = !host.empty() && (ascii::isDigit(host.front()) || host.find(':') != std::string_view::npos);
  return address || host == kLocalhost || isAmong(host, others);
}

bool OwnNames::has(const HostPort& asked, const Endpoint& proxy) const {
  if (asked.host == kOwnName || isAmong(asked.host, others)) return true;
  return asked.port == proxy.port && (asked.host == kLocalhost || asked.host == proxy.address.text());
}

std::optional<OwnPage> ownPageAt(std::string_view path) {
  path = path.substr(0, path.find('?'));
  const auto found = std::find_if(kPlaces.begin(), kPlaces.end(), [&](const Place& each) { return each.path == path; });
  if (found == kPlaces.end()) return std::nullopt;
  return found->page;
}

void appendOwnPage(std::string& out, OwnPage page, const PageMatter& matter, const Requester& requester) {
  switch (page) {
    case OwnPage::home: return appendHomePage(out, matter.proxy, requester);
    case OwnPage::pac: return appendPage(out, setup::kPacType, setup::pacFile(matter.pac, matter.proxy), requester);
    case OwnPage::setup:
      return appendPage(out, textType(requester), guidePage(matter.proxy, requester.wantsHtml, requester.note),
                        requester);
    case OwnPage::why:
      return appendPage(out, textType(requester), whyPage(matter, requester.wantsHtml, requester.note), requester);
  }
}

}  // namespace megaphone::proxy
