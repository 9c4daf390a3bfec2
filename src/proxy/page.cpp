#include "page.h"

#include "megaphone/http/writer.h"

namespace megaphone::proxy {
namespace {

constexpr std::string_view kStyle =
    "<meta name=\"viewport\" content=\"width=device-width\">\n<style>\n"
    ":root{color-scheme:light dark;--dim:#5b5b6b;--soft:#8883;--bad:#b3261e}\n"
    "@media(prefers-color-scheme:dark){:root{--dim:#b0b0c0;--bad:#ff8f85}}\n"
    "body{font:16px/1.55 system-ui,sans-serif;margin:0;padding:8vh 1.2em}main{max-width:42em;margin:auto}\n"
    "h1{font-size:1.6em;line-height:1.25;margin:0 0 .8em}h2{font-size:1.1em;margin:1.8em 0 .4em;"
    "overflow-wrap:anywhere}\n"
    "code,pre{font:.9em ui-monospace,monospace;background:var(--soft);border-radius:4px;padding:.15em .35em;"
    "overflow-wrap:anywhere}pre{padding:.8em 1em;overflow:auto}li{margin:.4em 0}ul{padding-left:1.2em}\n"
    "dl{display:grid;grid-template-columns:auto 1fr;gap:.2em 1.4em;margin:2em 0;font-size:.9em}"
    "dt,.small{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}.small{font-size:.85em}\n"
    ".note{border-left:3px solid var(--dim);padding-left:.8em}nav ul{columns:12em;list-style:none;padding:0}\n"
    ".hops{display:flex;align-items:center;gap:.6em;margin:0 0 1.6em}"
    ".hops b{font-weight:500;border:1px solid var(--dim);border-radius:6px;padding:.3em .8em;flex:none}"
    ".hops b:last-child{flex:0 1 auto;overflow-wrap:anywhere}"
    ".hops i{flex:1 0 1.5em;max-width:6em;border-top:2px solid var(--dim);height:0;font-style:normal;"
    "line-height:0;text-align:center}.hops .bad{color:var(--bad);border-color:var(--bad);font-weight:700}"
    ".hops i.bad{border-top-style:dashed}\n"
    // Too narrow for boxes side by side.
    "@media(max-width:42em){.hops{flex-direction:column;align-items:stretch;gap:.3em}"
    ".hops i{flex:none;width:0;height:1.6em;margin-left:1.6em;border-top:0;border-left:2px solid var(--dim);"
    "line-height:1.6em;text-indent:.5em}.hops i.bad{border-left-style:dashed}}\n</style>";

std::string escapeLines(std::string_view text) {
  std::string out;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    out += escapeHtml(text.substr(0, end)) + "<br>\n";
    text.remove_prefix(end + 1);
  }
  return out + escapeHtml(text);
}

}  // namespace

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

void appendPageStart(std::string& out, std::string_view title) {
  out += "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>";
  out += title;
  out += "</title>";
  out += kStyle;
  out += "</head>\n<body><main>\n";
}

void appendPageEnd(std::string& out, std::string_view note) {
  if (!note.empty()) out += "<p class=\"note\">" + escapeLines(note) + "</p>\n";
  out += "</main></body></html>\n";
}

void appendNote(std::string& out, std::string_view note) {
  if (!note.empty()) out.append("\n").append(note).append("\n");
}

std::string_view textType(const Requester& requester) {
  return requester.wantsHtml ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
}

void appendRest(std::string& out, std::string_view type, std::string_view body, const Requester& requester) {
  http::appendField(out, "Date", requester.date);
  if (!type.empty()) http::appendField(out, "Content-Type", type);
  // Our page appears under the name of a site, so nothing in it may run.
  if (requester.wantsHtml)
    http::appendField(out, "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  http::appendField(out, "Content-Length", std::uint64_t{body.size()});
  http::appendField(out, "Cache-Control", "no-store");
  if (requester.close) http::appendField(out, "Connection", "close");
  http::appendEndOfHead(out);
  if (!requester.headOnly) out += body;
}

}  // namespace megaphone::proxy
