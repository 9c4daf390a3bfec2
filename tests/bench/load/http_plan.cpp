#include "http_plan.h"

#include <algorithm>
#include <cstdio>

#include "payload.h"

namespace bench {
namespace {

std::string contentOf(std::uint64_t size, std::uint64_t chunk) {
  if (chunk == 0) {
    return "Content-Length: " + std::to_string(size) + "\r\n\r\n" +
           std::string(Payload::plain().view(0, static_cast<std::size_t>(size)));
  }
  std::string out = "Transfer-Encoding: chunked\r\n\r\n";
  for (std::uint64_t at = 0; at < size; at += chunk) {
    const std::uint64_t piece = std::min(chunk, size - at);
    char line[24];
    std::snprintf(line, sizeof line, "%llx\r\n", static_cast<unsigned long long>(piece));
    out.append(line).append(Payload::plain().view(at, static_cast<std::size_t>(piece))).append("\r\n");
  }
  return out + "0\r\n\r\n";
}

std::string requestTo(const std::string& authority, const HttpPlan& plan, std::uint64_t post, std::uint64_t chunk) {
  const std::string base = plan.proxy != 0 ? "http://" + authority : "";
  std::string out = post > 0 ? "POST " + base + "/u" : "GET " + base + "/b/" + std::to_string(plan.size);
  out += " HTTP/1.1\r\nHost: " + authority +
         "\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Firefox/102.0\r\n"
         "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\nAccept-Language: en-US,en;q=0.5\r\n";
  if (plan.closes) {
    out += "Connection: close\r\n";
  } else if (plan.proxy != 0) {
    out += "Proxy-Connection: Keep-Alive\r\n";
  }
  if (post == 0) return out + "\r\n";
  return out + "Content-Type: application/octet-stream\r\n" + contentOf(post, chunk);
}

}  // namespace

bool HttpPlan::matches(std::uint64_t offset, std::string_view piece) const {
  if (verdict.empty()) return Payload::plain().matches(offset, piece);
  return std::string_view(verdict).substr(static_cast<std::size_t>(offset), piece.size()) == piece;
}

void prepareRequests(HttpPlan& plan, std::uint64_t post, std::uint64_t chunk) {
  for (std::size_t i = 0; i < std::max(plan.origins.size(), plan.names); ++i) {
    const std::string host = plan.names > 0 ? "host" + std::to_string(i) + ".bench.example" : "127.0.0.1";
    const std::string port = std::to_string(plan.origins[i % plan.origins.size()]);
    plan.requests.push_back(requestTo(host + ':' + port, plan, post, chunk));
  }
  if (post == 0) return;
  plan.verdict = "OK " + std::to_string(post) + " 0\n";
  plan.size = plan.verdict.size();
}

}  // namespace bench
