#include "why_page.h"

#include <algorithm>
#include <vector>

#include "advice.h"
#include "megaphone/base/ascii.h"
#include "megaphone/config/units.h"
#include "megaphone/http/date.h"
#include "page.h"

namespace megaphone::proxy {
namespace {

using record::Failure;

// Replaces all but printable ASCII by '?', so that a client's text cannot control a terminal.
std::string printable(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

// "Sun, 06 Nov 1994 08:49:37 GMT, 5s ago", the age in whole units.
std::string timeText(WallTime at, WallTime now) {
  std::string out;
  http::appendDate(out, at);
  Duration age = std::max(now - at, Duration::zero());
  for (const Duration unit :
       {Duration(std::chrono::hours(1)), Duration(std::chrono::minutes(1)), Duration(std::chrono::seconds(1))}) {
    if (age < unit && unit != std::chrono::seconds(1)) continue;
    age -= age % unit;
    break;
  }
  return out + ", " + config::durationText(age) + " ago";
}

// The lines that describe a failure, the same in both forms.
struct Lines {
  std::string request;
  std::string what;
  std::string detail;
  std::string_view advice;
  std::string facts;
};

Lines linesOf(const Failure& failure, WallTime now) {
  Lines out;
  out.request = failure.method.empty() ? "(not a request)" : failure.method + ' ' + failure.target;
  out.what = std::string(sentence(failure.reason)) + '.';
  out.what[0] = static_cast<char>(out.what[0] - 'a' + 'A');
  out.detail = failure.detail;
  out.advice = advice(failure.reason, failure.side);
  out.facts = timeText(failure.at, now) + "; " + std::string(word(failure.reason)) + ", on the " +
              std::string(word(failure.side)) + "'s side";
  if (failure.status != 0) ascii::appendDecimal(out.facts += ", answered ", static_cast<unsigned>(failure.status));
  record::appendId(out.facts += ", exchange ", failure.id);
  if (failure.times > 1) {
    ascii::appendDecimal(out.facts += "; ", failure.times);
    out.facts += " times";
  }
  return out;
}

std::string introduction(const PageMatter& matter) {
  const std::string reader = matter.reader.text();
  if (!matter.keepsFailures) return "This proxy keeps no failures (failures_per_client = 0).";
  if (matter.failures.empty()) return "Nothing that " + reader + " asked this proxy for has failed lately.";
  return "What failed last for " + reader + ", your address, newest first. The exchange is a number in the access log.";
}

constexpr std::string_view kByThemselves = "What browsers ask for by themselves";

void appendHtml(std::string& out, const PageMatter& matter, bool byThemselves) {
  for (const Failure& failure : matter.failures) {
    if (failure.by_itself != byThemselves) continue;
    const Lines lines = linesOf(failure, matter.now);
    out += "<h2>" + escapeHtml(lines.request) + "</h2>\n<p>" + escapeHtml(lines.what) + "</p>\n";
    if (!lines.detail.empty()) out += "<p><code>" + escapeHtml(lines.detail) + "</code></p>\n";
    out += "<p>" + std::string(lines.advice) + "</p>\n<p><small>" + lines.facts + "</small></p>\n";
  }
}

void appendPlain(std::string& out, const PageMatter& matter, bool byThemselves) {
  for (const Failure& failure : matter.failures) {
    if (failure.by_itself != byThemselves) continue;
    const Lines lines = linesOf(failure, matter.now);
    out += "\n" + printable(lines.request) + "\n  " + lines.what + "\n";
    if (!lines.detail.empty()) out += "  " + printable(lines.detail) + "\n";
    out += "  " + std::string(lines.advice) + "\n  (" + lines.facts + ")\n";
  }
}

std::size_t countOf(const PageMatter& matter) {
  return static_cast<std::size_t>(std::count_if(matter.failures.begin(), matter.failures.end(),
                                                [](const Failure& each) { return each.by_itself; }));
}

std::string htmlPage(const PageMatter& matter, std::string_view note) {
  std::string out;
  appendPageStart(out, "megaphone: why");
  out += "<h1>Why it failed</h1>\n<p>" + introduction(matter) + "</p>\n";
  appendHtml(out, matter, false);
  if (const std::size_t count = countOf(matter); count > 0) {
    out.append("<details><summary>").append(kByThemselves).append(": ");
    ascii::appendDecimal(out, count);
    out += "</summary>\n";
    appendHtml(out, matter, true);
    out += "</details>\n";
  }
  appendPageEnd(out, note);
  return out;
}

std::string plainPage(const PageMatter& matter, std::string_view note) {
  std::string out = introduction(matter) + "\n";
  appendPlain(out, matter, false);
  if (countOf(matter) > 0) {
    out.append("\n").append(kByThemselves).append(":\n");
    appendPlain(out, matter, true);
  }
  appendNote(out, note);
  return out;
}

}  // namespace

std::string whyPage(const PageMatter& matter, bool html, std::string_view note) {
  return html ? htmlPage(matter, note) : plainPage(matter, note);
}

}  // namespace megaphone::proxy
