#include "megaphone/proxy/answer.h"

#include "megaphone/base/ascii.h"
#include "megaphone/http/writer.h"

namespace megaphone::proxy {
namespace {

std::string escapeHtml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    }
  }
  return out;
}

constexpr std::string_view kStyle =
    "<style>body{font:16px/1.5 sans-serif;max-width:42em;margin:3em auto;padding:0 1em;color:#222}"
    "h1{font-size:1.5em}code,pre{background:#f3f3f0;padding:.1em .3em}pre{padding:.8em;overflow:auto}"
    "small{color:#666}</style>";

void appendHtmlStart(std::string& out, std::string_view title) {
  out += "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>";
  out += title;
  out += "</title>";
  out += kStyle;
  out += "</head><body>\n";
}

std::string_view advice(Reason reason) {
  switch (reason) {
    case Reason::dns_error: return "Check the spelling of the name.";
    case Reason::dns_timeout: return "The name servers may be out of reach. Try again later.";
    case Reason::destination_ip_prohibited:
      return "If this destination is meant to be reached, its operator can add it to allow_destinations.";
    case Reason::http_request_denied: return "The operator of this proxy decides who may use it and for which ports.";
    case Reason::connection_refused:
      return "The host is up, but nothing listens on that port. Check the port and the server.";
    case Reason::connection_timeout: return "The host may be down or behind a firewall. Try again later.";
    case Reason::connection_limit_reached: return "The proxy is busy. Try again in a moment.";
    case Reason::proxy_loop_detected: return "Give the address of a web server, not that of this proxy.";
    case Reason::kept_connection_lost:
      return "The origin may have acted on the request or not. Look there before you send it again.";
    case Reason::exchange_timeout: return "The operator of this proxy limits how long a request may take.";
    case Reason::http_request_error: return "The program that sent the request must be mended.";
    default: return "Try again later.";
  }
}

std::string_view textType(const Asker& asker) {
  return asker.wantsHtml ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
}

// Head fields that all answers share, and the body unless the request was HEAD.
void appendRest(std::string& out, std::string_view type, std::string_view body, const Asker& asker) {
  http::appendField(out, "Date", asker.date);
  if (!type.empty()) http::appendField(out, "Content-Type", type);
  http::appendField(out, "Content-Length", std::uint64_t{body.size()});
  http::appendField(out, "Cache-Control", "no-store");
  if (asker.close) http::appendField(out, "Connection", "close");
  http::appendEndOfHead(out);
  if (!asker.headOnly) out += body;
}

std::string errorBody(const Error& error, int status, const Asker& asker) {
  std::string number;
  ascii::appendDecimal(number, static_cast<std::uint64_t>(status));
  std::string id;
  ascii::appendDecimal(id, asker.id);
  const std::string title = number + ' ' + std::string(http::phraseFor(status));
  std::string what(sentence(error.reason));
  std::string body;
  if (asker.wantsHtml) {
    appendHtmlStart(body, title);
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
  http::appendField(out, "Proxy-Status", proxyStatus);
  if (status == 503) http::appendField(out, "Retry-After", "1");  // what is short passes soon
  appendRest(out, textType(asker), errorBody(error, status, asker), asker);
}

void appendHomePage(std::string& out, const Endpoint& proxy, const Asker& asker) {
  const std::string at = proxy.text();
  std::string body;
  if (asker.wantsHtml) {
    appendHtmlStart(body, "megaphone");
    body +=
        "<h1>megaphone is here</h1>\n<p>This is a forward web proxy, and it works: it has just answered you.</p>\n"
        "<h2>Point a browser at it</h2>\n<p>In the network settings choose <em>manual proxy</em> and give <code>" +
        at + "</code> for HTTP and for HTTPS.</p>\n<h2>Point a program at it</h2>\n<pre>curl -x " + at +
        " http://example.org/\nexport http_proxy=http://" + at + " https_proxy=http://" + at +
        "</pre>\n</body></html>\n";
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
        at + " https_proxy=http://" + at + "\n";
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
