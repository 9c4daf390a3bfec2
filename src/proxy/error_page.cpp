#include "error_page.h"

#include "advice.h"
#include "disclosable.h"
#include "megaphone/base/ascii.h"
#include "megaphone/http/writer.h"
#include "page.h"

namespace megaphone::proxy {
namespace {

std::string decimal(std::uint64_t value) {
  std::string out;
  ascii::appendDecimal(out, value);
  return out;
}

std::string capitalised(std::string_view sentence) {
  std::string out(sentence);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

std::string titleOf(const Error& error) {
  const int status = statusFor(error.reason);
  return decimal(static_cast<std::uint64_t>(status)) + ' ' + std::string(http::phraseFor(status));
}

std::string disclosable(const Error& error, const Requester& requester) {
  return mayTell(error, requester.target) ? detailOf(error) : std::string();
}

std::string_view originOf(const Requester& requester) {
  return requester.target.empty() ? "the destination" : requester.target;
}

bool isOfNames(const Error& error) {
  return error.side != Side::client && (error.reason == Reason::dns_error || error.reason == Reason::dns_timeout);
}

std::string hopOf(const Error& error, const Requester& requester) {
  switch (error.side) {
    case Side::client: return "between you and this proxy";
    case Side::daemon:
      if (!isOfNames(error)) return "at this proxy";
      break;
    case Side::origin: break;
  }
  return "between this proxy and " + (isOfNames(error) ? "its name servers" : std::string(originOf(requester)));
}

void appendHop(std::string& out, std::string_view name, bool fails) {
  out += fails ? "<b class=\"bad\">" : "<b>";
  out += escapeHtml(name) + "</b>";
}

void appendLink(std::string& out, bool fails) {
  out += fails ? "<i class=\"bad\">&#10005;</i>" : "<i></i>";  // a cross
}

// Draws the client, the proxy and the destination in a row, and the name servers if they failed; the failed hop is
// crossed out.
std::string hopsOf(const Error& error, const Requester& requester) {
  std::string out = "<p class=\"hops\">";
  appendHop(out, "you", false);
  appendLink(out, error.side == Side::client);
  appendHop(out, "megaphone", error.side == Side::daemon);
  appendLink(out, error.side == Side::origin);
  if (isOfNames(error)) {
    appendHop(out, "name servers", false);
    appendLink(out, false);
  }
  appendHop(out, originOf(requester), false);
  return out + "</p>\n";
}

}  // namespace

std::string errorPage(const Error& error, const Requester& requester) {
  const std::string title = titleOf(error);
  const auto row = [](std::string_view name, std::string_view value) {
    return "<dt>" + std::string(name) + "</dt><dd>" + escapeHtml(value) + "</dd>\n";
  };
  std::string body;
  appendPageStart(body, title);
  body += "<h1>" + capitalised(sentence(error.reason)) + "</h1>\n" + hopsOf(error, requester);
  const std::string more = disclosable(error, requester);
  if (!more.empty()) body += "<p><code>" + escapeHtml(more) + "</code></p>\n";
  body += "<p>" + std::string(advice(error.reason, error.side)) + "</p>\n<dl>\n";
  body += row("Failed", hopOf(error, requester));
  if (!requester.target.empty()) body += row("Asked for", requester.target);
  body += row("Reason", word(error.reason));
  body += row("Status", title);
  body += row("Time", requester.date);
  body += row("Exchange", record::idText(requester.id));
  body +=
      "</dl>\n<p class=\"small\">This page is from the proxy, megaphone, and not from the site. Its operator finds the "
      "exchange under that number in the access log.</p>\n";
  appendPageEnd(body, requester.note);
  return body;
}

std::string errorText(const Error& error, const Requester& requester) {
  std::string body = titleOf(error) + ": " + std::string(sentence(error.reason)) + ".\n";
  const std::string more = disclosable(error, requester);
  if (!more.empty()) body += more + "\n";
  body += std::string(advice(error.reason, error.side)) + "\n\n";
  body += "failed    " + hopOf(error, requester) + "\n";
  if (!requester.target.empty()) body += "asked for " + std::string(requester.target) + "\n";
  body += "reason    " + std::string(word(error.reason)) + "\n";
  body += "time      " + std::string(requester.date) + "\n";
  body += "exchange  " + record::idText(requester.id) + " in the access log of this proxy (megaphone)\n";
  appendNote(body, requester.note);
  return body;
}

std::string errorDetails(const Error& error, const Requester& requester) {
  std::string text(sentence(error.reason));
  const std::string more = disclosable(error, requester);
  if (!more.empty()) text += ": " + more;
  text += " (" + hopOf(error, requester) + ", exchange " + record::idText(requester.id) + ")";
  if (requester.cannotRead) text.append("; ").append(kWhyUrl).append(" tells more");
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c >= ' ' && c < 0x7f ? c : '?';
  }
  return out + '"';
}

}  // namespace megaphone::proxy
