#include "megaphone/proxy/answer.h"

#include "error_page.h"
#include "home_page.h"
#include "megaphone/http/writer.h"
#include "page.h"

namespace megaphone::proxy {

void appendErrorAnswer(std::string& out, const Error& error, const Asker& asker) {
  const int status = statusFor(error.reason);
  http::appendStatusLine(out, status, http::phraseFor(status));
  std::string proxyStatus(asker.tag);
  proxyStatus += "; error=";
  proxyStatus += word(error.reason);
  proxyStatus += "; details=" + errorDetails(error, asker);
  http::appendField(out, "Proxy-Status", proxyStatus);
  if (status == 503) http::appendField(out, "Retry-After", "1");  // what is short passes soon
  appendRest(out, textType(asker), asker.wantsHtml ? errorPage(error, asker) : errorText(error, asker), asker);
}

void appendHomePage(std::string& out, const HostPort& proxy, const Asker& asker) {
  http::appendStatusLine(out, 200, http::phraseFor(200));
  appendRest(out, textType(asker), asker.wantsHtml ? homePage(proxy, asker.note) : homeText(proxy, asker.note), asker);
}

void appendTraceAnswer(std::string& out, std::string_view reflection, const Asker& asker) {
  http::appendStatusLine(out, 200, http::phraseFor(200));
  appendRest(out, "message/http", reflection, asker);
}

void appendOptionsAnswer(std::string& out, const Asker& asker) {
  http::appendStatusLine(out, 200, http::phraseFor(200));
  http::appendField(out, "Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE, CONNECT");
  appendRest(out, {}, {}, asker);
}

}  // namespace megaphone::proxy
