// Requests for the proxy itself: its pages, and TRACE and OPTIONS that go no further.
#include <cassert>

#include "megaphone/proxy/exchange.h"

namespace megaphone::proxy {

void Exchange::answerAsUs(const Visit& visit, MonoTime now) {
  assert(request_ == Request::judging && isForUs());
  now_ = now;
  if (record_.method == "TRACE") {
    appendTraceAnswer(clientHead_, held_, beginOwnAnswer(200));
  } else if (record_.method == "OPTIONS") {
    appendOptionsAnswer(clientHead_, beginOwnAnswer(200));
  } else if (const auto page = pageAskedFor()) {
    const PageMatter matter{.proxy = facts_.ourName.value_or(HostPort::of(visit.proxy)),
                            .reader = record_.client.address,
                            .failures = visit.failures,
                            .keepsFailures = policy_->keepsFailures,
                            .pac = policy_->pac,
                            .now = visit.now};
    appendOwnPage(clientHead_, *page, matter, beginOwnAnswer(200));
  } else {
    lastOnClient_ = true;
    return fail({Reason::http_request_error, Side::client, 0,
                 target_.host == kOwnName
                     ? "this name is the proxy itself: its pages are at http://megaphone.internal/"
                     : "this is a proxy: the request must name a whole URL, such as http://example.org/"});
  }
  endOwnAnswer();
}

std::optional<OwnPage> Exchange::pageAskedFor() const {
  if (record_.method != "GET" && record_.method != "HEAD") return std::nullopt;
  const auto page = ownPageAt(target_.path);
  return page || target_.host != kOwnName ? page : OwnPage::home;
}

}  // namespace megaphone::proxy
