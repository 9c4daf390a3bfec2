// Exchange: requests for the proxy itself, which are its pages, and TRACE and OPTIONS that end here.
#include <cassert>

#include "megaphone/proxy/exchange.h"

namespace megaphone::proxy {

bool Exchange::mayBeForUs() const {
  const bool reads = record_.method == "GET" || record_.method == "HEAD";
  return reads && !isForUs() && policy_->ownNames.mayBe(target_.host) && ownPageAt(target_.path);
}

void Exchange::reachedAt(const Endpoint& proxy) {
  HostPort asked{target_.host, target_.port};
  if (!policy_->ownNames.has(asked, proxy)) return;
  facts_.forUs = true;
  facts_.ourName = std::move(asked);
}

void Exchange::answerAsUs(const PageRequest& request, MonoTime now) {
  assert(request_ == Request::judging && isForUs());
  now_ = now;
  if (record_.method == "TRACE") {
    appendTraceAnswer(clientHead_, held_, beginOwnAnswer(200));
  } else if (record_.method == "OPTIONS") {
    appendOptionsAnswer(clientHead_, beginOwnAnswer(200));
  } else if (const auto page = pageAskedFor(request.proxy)) {
    const bool named = facts_.ourName && facts_.ourName->host != kOwnName;
    const PageMatter matter{.proxy = named ? *facts_.ourName : HostPort::of(request.proxy),
                            .reader = record_.client.address,
                            .failures = request.failures,
                            .keepsFailures = policy_->keepsFailures,
                            .pac = policy_->pac,
                            .now = request.now};
    appendOwnPage(clientHead_, *page, matter, beginOwnAnswer(200));
  } else {
    lastOnClient_ = true;
    return fail({Reason::http_request_error, Side::client, 0, whatWeAre(request.proxy)});
  }
  endOwnAnswer();
}

std::string Exchange::whatWeAre(const Endpoint& proxy) const {
  if (target_.host == kOwnName) return "this name is the proxy itself: its pages are at http://megaphone.internal/";
  std::string out = "this is a proxy: the request must name a whole URL, such as http://example.org/";
  if (isMisdirected(proxy) && ownPageAt(target_.path)) {
    out += "; its own pages are at http://" + proxy.text() + "/, and under the names that own_names lists";
  }
  return out;
}

bool Exchange::isMisdirected(const Endpoint& proxy) const {
  return facts_.misdirected || (facts_.ourName && !policy_->ownNames.has(*facts_.ourName, proxy));
}

std::optional<OwnPage> Exchange::pageAskedFor(const Endpoint& proxy) const {
  if ((record_.method != "GET" && record_.method != "HEAD") || isMisdirected(proxy)) return std::nullopt;
  const auto page = ownPageAt(target_.path);
  return page || target_.host != kOwnName ? page : OwnPage::home;
}

}  // namespace megaphone::proxy
