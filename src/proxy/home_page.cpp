#include "home_page.h"

#include "megaphone/proxy/answer.h"
#include "page.h"

namespace megaphone::proxy {

std::string homePage(const HostPort& proxy, std::string_view note) {
  const std::string at = proxy.text();
  const std::string& host = proxy.host;
  const std::string port = std::to_string(proxy.port);
  std::string body;
  appendPageStart(body, "megaphone");
  body +=
      "<h1>megaphone is here, and it works</h1>\n<p>This is a forward web proxy: it fetches pages for you, and carries "
      "encrypted connections on. It has just answered you at <code>" +
      at +
      "</code>.</p>\n"
      "<h2>Point a browser at it</h2>\n<ul>\n"
      "<li><b>Firefox</b>: Settings, Network Settings, <em>Manual proxy configuration</em>: host <code>" +
      host + "</code>, port <code>" + port +
      "</code>, and <em>Also use this proxy for HTTPS</em>.</li>\n"
      "<li><b>Chromium, Chrome, Edge</b>: <code>chromium --proxy-server=" +
      at +
      "</code>, or the proxy settings of "
      "the system.</li>\n</ul>\n"
      "<h2>Point a program at it</h2>\n<pre>curl -x http://" +
      at +
      " http://example.org/\n"
      "export http_proxy=http://" +
      at + " https_proxy=http://" + at +
      "\n"
      "unset http_proxy https_proxy</pre>\n"
      "<h2>See that it is used</h2>\n<p>Through the proxy, <a href=\"http://megaphone.internal/\">"
      "http://megaphone.internal/</a> is this page; without it, that name does not exist.</p>\n"
      "<p><a href=\"/setup\">One by one: browsers, systems and programs.</a> "
      "<a href=\"/why\">Why your last requests failed.</a></p>\n";
  appendPageEnd(body, note);
  return body;
}

std::string homeText(const HostPort& proxy, std::string_view note) {
  const std::string at = proxy.text();
  std::string out =
      "megaphone is here, and it works: it has just answered you.\n\n"
      "This is a forward web proxy. To use it:\n\n"
      "  browser   set the proxy for HTTP and for HTTPS to " +
      at +
      "\n"
      "  curl      curl -x http://" +
      at +
      " http://example.org/\n"
      "  shell     export http_proxy=http://" +
      at + " https_proxy=http://" + at +
      "\n\n"
      "Through the proxy, http://megaphone.internal/ is this page; without it, that name does not exist.\n"
      "One by one, browsers, systems and programs: http://megaphone.internal/setup\n"
      "Why your last requests failed: " +
      std::string(kWhyUrl) + "\n";
  appendNote(out, note);
  return out;
}

}  // namespace megaphone::proxy
