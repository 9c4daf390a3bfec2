#include "tally.h"

#include <sys/resource.h>

#include <cstdio>

namespace bench {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 32 || byte > 126) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", byte);
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.6f", value);
  return text;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double ownCpu() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

void Tally::error(const std::string& kind, std::string_view detail) {
  ++errors;
  ++kinds[kind];
  if (firstError.empty()) firstError = kind + ": " + std::string(detail.substr(0, 200));
}

void Tally::done(Nanoseconds since) {
  last = now();
  ++ok;
  latency.add(last - since);
}

std::string Tally::json(std::string_view extra) const {
  std::string out = "{\"ok\":" + std::to_string(ok);
  const auto add = [&](const char* name, const std::string& value) {
    out += ",\"" + std::string(name) + "\":" + value;
  };
  add("bytes", std::to_string(bytes));
  add("secs", number(static_cast<double>(last - began) / 1e9));
  add("errors", std::to_string(errors));
  std::string list;
  for (const auto& [kind, count] : kinds)
    list += (list.empty() ? "" : ",") + quoted(kind) + ":" + std::to_string(count);
  add("error_kinds", "{" + list + "}");
  add("first_error", quoted(firstError));
  add("retries", std::to_string(retries));
  add("reconnects", std::to_string(reconnects));
  add("sent", std::to_string(sent));
  add("lost", std::to_string(lost));
  add("late", std::to_string(late));
  add("p50_us", number(latency.quantile(0.5) / 1e3));
  add("p99_us", number(latency.quantile(0.99) / 1e3));
  add("p999_us", number(latency.quantile(0.999) / 1e3));
  add("max_us", number(static_cast<double>(latency.largest()) / 1e3));
  add("client_cpu", number(ownCpu()));
  return out + std::string(extra) + "}\n";
}

}  // namespace bench
