#include "megaphone/proxy/answer.h"

#include "advice.h"
#include "megaphone/base/ascii.h"
#include "megaphone/http/writer.h"
#include "page.h"

namespace megaphone::proxy {
namespace {

std::string errorBody(const Error& error, int status, const Asker& asker) {
  std::string number;
  ascii::appendDecimal(number, static_cast<std::uint64_t>(status));
  std::string id;
  ascii::appendDecimal(id, asker.id);
  const std::string title = number + ' ' + std::string(http::phraseFor(status));
  std::string what(sentence(error.reason));
  std::string body;
  if (asker.wantsHtml) {
    appendPageStart(body, title);
    body += "<h1>" + title + "</h1>\n<p>" + escapeHtml(what) + ".</p>\n";
    if (!error.context.empty()) body += "<p><code>" + escapeHtml(error.context) + "</code></p>\n";
    body += "<p>" + std::string(advice(error.reason)) +
            "</p>\n<p><small>megaphone: " + std::string(word(error.reason)) + ", side of the " +
            std::string(word(error.side)) + ", exchange " + id + "</small></p>\n</body></html>\n";
    return body;
  }
  body = title + ": " + what + ".\n";
  if (!error.context.empty()) body += error.context + "\n";
  body += std::string(advice(error.reason)) + "\n(megaphone: " + std::string(word(error.reason)) + ", side of the " +
          std::string(word(error.side)) + ", exchange " + id + ")\n";
  return body;
}

}  // namespace

void appendErrorAnswer(std::string& out, const Error& error, const Asker& asker) {
  const int status = statusFor(error.reason);
  http::appendStatusLine(out, status, http::phraseFor(status));
  std::string proxyStatus(asker.tag);
  proxyStatus += "; error=";
  proxyStatus += word(error.reason);
  if (asker.cannotRead) proxyStatus.append("; details=\"").append(kWhyUrl).append(" tells more\"");
  http::appendField(out, "Proxy-Status", proxyStatus);
  if (status == 503) http::appendField(out, "Retry-After", "1");  // what is short passes soon
  appendRest(out, textType(asker), errorBody(error, status, asker), asker);
}

void appendHomePage(std::string& out, const HostPort& proxy, const Asker& asker) {
  const std::string at = proxy.text();
  std::string body;
  if (asker.wantsHtml) {
    appendPageStart(body, "megaphone");
    body +=
        "<h1>megaphone is here</h1>\n<p>This is a forward web proxy, and it works: it has just answered you.</p>\n"
        "<h2>Point a browser at it</h2>\n<p>In the network settings choose <em>manual proxy</em> and give <code>" +
        at + "</code> for HTTP and for HTTPS.</p>\n<h2>Point a program at it</h2>\n<pre>curl -x " + at +
        " http://example.org/\nexport http_proxy=http://" + at + " https_proxy=http://" + at +
        "</pre>\n<p><a href=\"/setup\">One by one: browsers, systems and programs.</a> "
        "<a href=\"/why\">Why your last requests failed.</a></p>\n</body></html>\n";
  } else {
    body =
        "megaphone is here.\n\nThis is a forward web proxy, and it works: it has just answered you.\n\n"
        "Browser:  manual proxy " +
        at +
        " for HTTP and for HTTPS\n"
        "curl:     curl -x " +
        at +
        " http://example.org/\n"
        "shell:    export http_proxy=http://" +
        at + " https_proxy=http://" + at +
        "\n\nOne by one, browsers, systems and programs: http://megaphone.internal/setup\n"
        "Why your last requests failed: " +
        std::string(kWhyUrl) + "\n";
  }
  http::appendStatusLine(out, 200, http::phraseFor(200));
  appendRest(out, textType(asker), body, asker);
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
