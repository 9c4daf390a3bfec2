#include "megaphone/proxy/answer.h"

#include "error_page.h"
#include "home_page.h"
#include "megaphone/http/writer.h"
#include "page.h"

namespace megaphone::proxy {

void appendErrorAnswer(std::string& out, const Error& error, const Requester& requester) {
  const int status = statusFor(error.reason);
  http::appendStatusLine(out, status, http::phraseFor(status));
  std::string proxyStatus(requester.tag);
  proxyStatus += "; error=";
  proxyStatus += word(error.reason);
  proxyStatus += "; details=" + errorDetails(error, requester);
  http::appendField(out, "Proxy-Status", proxyStatus);
  if (status == 503) http::appendField(out, "Retry-After", "1");  // shortages pass soon
  appendRest(out, textType(requester), requester.wantsHtml ? errorPage(error, requester) : errorText(error, requester),
             requester);
}

void appendHomePage(std::string& out, const HostPort& proxy, const Requester& requester) {
  http::appendStatusLine(out, 200, http::phraseFor(200));
  appendRest(out, textType(requester),
             requester.wantsHtml ? homePage(proxy, requester.note) : homeText(proxy, requester.note), requester);
}

void appendTraceAnswer(std::string& out, std::string_view reflection, const Requester& requester) {
  http::appendStatusLine(out, 200, http::phraseFor(200));
  appendRest(out, "message/http", reflection, requester);
}

void appendOptionsAnswer(std::string& out, const Requester& requester) {
  http::appendStatusLine(out, 200, http::phraseFor(200));
  http::appendField(out, "Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE, CONNECT");
  appendRest(out, {}, {}, requester);
}

}  // namespace megaphone::proxy
