#include "guide_page.h"

#include "megaphone/setup/guides.h"
#include "page.h"

namespace megaphone::proxy {
namespace {

// Writes lines to be typed as one block, lines to be read as one paragraph.
std::string htmlLines(std::string_view text) {
  std::string out;
  std::string_view open;  // the tag that is
  const auto change = [&](std::string_view tag) {
    if (tag == open) return;
    if (!open.empty()) out.append("</").append(open).append(">\n");
    if (!tag.empty()) out.append("<").append(tag).append(">");
    open = tag;
  };
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const bool typed = text.starts_with("  ");
    change(typed ? "pre" : "p");
    out += escapeHtml(text.substr(typed ? 2 : 0, end - (typed ? 2 : 0))) + "\n";
    text.remove_prefix(end + 1);
  }
  change({});
  return out;
}

std::string htmlGuide(const setup::Guide& guide, const HostPort& proxy) {
  std::string out = "<h2 id=\"" + std::string(guide.name) + "\">" + escapeHtml(guide.title) + "</h2>\n";
  for (const setup::Step& step : setup::steps(guide, proxy)) {
    out.append("<h3>").append(step.heading).append("</h3>\n").append(htmlLines(step.text));
  }
  return out;
}

std::string contents() {
  std::string out = "<nav><ul>\n";
  for (const setup::Guide& guide : setup::guides()) {
    out.append("<li><a href=\"#")
        .append(guide.name)
        .append("\">")
        .append(escapeHtml(guide.title))
        .append("</a></li>\n");
  }
  return out + "</ul></nav>\n";
}

}  // namespace

std::string guidePage(const HostPort& proxy, bool html, std::string_view note) {
  std::string out;
  if (html) {
    const std::string pac = escapeHtml(setup::pacUrl(proxy));
    appendPageStart(out, "megaphone: set-up");
    out += "<h1>Point it at megaphone</h1>\n<p>The proxy is <code>" + escapeHtml(proxy.text()) +
           "</code>. Whatever asks for the address of a script, or of a PAC file, takes <a href=\"" + pac + "\">" +
           pac + "</a>.</p>\n" + contents();
    for (const setup::Guide& guide : setup::guides()) out += htmlGuide(guide, proxy);
    appendPageEnd(out, note);
    return out;
  }
  out = "The proxy is " + proxy.text() + ". Whatever asks for the address of a script, or of a PAC file, takes\n  " +
        setup::pacUrl(proxy) + "\n";
  for (const setup::Guide& guide : setup::guides()) out += "\n\n" + setup::guideText(guide, proxy);
  appendNote(out, note);
  return out;
}

}  // namespace megaphone::proxy
