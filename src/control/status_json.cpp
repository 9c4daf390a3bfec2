#include "status_json.h"

#include "megaphone/base/json.h"
#include "megaphone/observe/line.h"

namespace megaphone::control {
namespace {

std::uint64_t seconds(Duration duration) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

void appendText(const std::string& text, std::string& out) { json::appendText(out, text); }

void append(const Status::Reload& reload, std::string& out) {
  json::Object members(out);
  members.boolean("done", reload.done);
  members.number("seconds_ago", seconds(reload.ago));
  members.text("text", reload.text);
}

void append(const Status::Listener& listener, std::string& out) {
  json::Object members(out);
  members.text("name", listener.name);
  members.text("kind", listener.kind);
  members.array("addresses", listener.addresses, appendText);
  if (!listener.clients) return;
  members.number("clients", listener.clients->open);
  members.number("max_connections", listener.clients->most);
  members.number("accepted", listener.clients->accepted);
  members.number("refused", listener.clients->refused);
}

void append(const Status::Loop& loop, std::string& out) {
  json::Object members(out);
  members.number("connections", loop.connections);
  members.number("tunnels", loop.tunnels);
  members.number("accepted", loop.accepted);
}

void append(const Status::Worker& worker, std::string& out) {
  json::Object members(out);
  members.number("pending_connects", worker.pending);
  members.number("names_kept", worker.names);
}

void append(const Status::Capture& capture, std::string& out) {
  json::Object members(out);
  members.text("listener", capture.listener);
  members.textIfAny("to", capture.to);
  members.boolean("with_secrets", capture.withSecrets);
  members.boolean("headers_only", capture.headersOnly);
  members.number("seconds", seconds(capture.age));
  members.number("packets", capture.figures.packets);
  members.number("bytes", capture.figures.bytes);
  members.number("lost", capture.figures.lost);
}

// One member for each reason that has occurred; reasons are words that need no escaping.
void appendEnded(const observe::Totals& totals, std::string& out) {
  char before = '{';
  for (std::size_t i = 1; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    if (totals.ended(reason) == 0) continue;
    out += before;
    json::appendText(out, word(reason));
    ascii::appendDecimal(out += ':', totals.ended(reason));
    before = ',';
  }
  out += before == '{' ? "{}" : "}";
}

void append(const observe::Totals& totals, std::string& out) {
  json::Object members(out);
  for (const observe::CounterRow& row : observe::kCounterRows) {
    if (!row.label.empty()) members.number(row.name, totals[row.count]);
  }
  appendEnded(totals, members.key("ended"));
}

void append(const Status& status, std::string& out) {
  json::Object members(out);
  members.number("schema", observe::kSchema);
  members.text("version", status.version);
  members.number("pid", static_cast<std::uint64_t>(status.pid));
  members.text("state", status.state);
  members.number("uptime_seconds", seconds(status.uptime));
  members.textIfAny("configuration", status.file);
  members.number("generation", status.generation);
  if (status.reload) append(*status.reload, members.key("reload"));
  const auto each = [](const auto& element, std::string& to) { append(element, to); };
  members.array("listeners", status.listeners, each);
  members.array("loops", status.loops, each);
  members.array("workers", status.workers, each);
  members.number("loops_pending", status.pendingOnLoops);
  members.array("captures", status.captures, each);
  members.number("capture_packets_lost", status.packetsLost);
  members.array("silent", status.silent, appendText);
  members.textIfAny("access_log", status.accessLog);
  members.number("access_log_lost", status.accessLogDropped);
  append(status.totals, members.key("totals"));
}

}  // namespace

std::string statusJson(const Status& status) {
  std::string out;
  append(status, out);
  return out += '\n';
}

}  // namespace megaphone::control
