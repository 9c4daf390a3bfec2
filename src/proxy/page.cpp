#include "page.h"

#include "megaphone/http/writer.h"

namespace megaphone::proxy {
namespace {

constexpr std::string_view kStyle =
    "<style>body{font:16px/1.5 sans-serif;max-width:42em;margin:3em auto;padding:0 1em;color:#222}"
    "h1{font-size:1.5em}code,pre{background:#f3f3f0;padding:.1em .3em}pre{padding:.8em;overflow:auto}"
    "small{color:#666}</style>";

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
  out += "</head><body>\n";
}

std::string_view textType(const Asker& asker) {
  return asker.wantsHtml ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
}

void appendRest(std::string& out, std::string_view type, std::string_view body, const Asker& asker) {
  http::appendField(out, "Date", asker.date);
  if (!type.empty()) http::appendField(out, "Content-Type", type);
  http::appendField(out, "Content-Length", std::uint64_t{body.size()});
  http::appendField(out, "Cache-Control", "no-store");
  if (asker.close) http::appendField(out, "Connection", "close");
  http::appendEndOfHead(out);
  if (!asker.headOnly) out += body;
}

}  // namespace megaphone::proxy
