#include "report.h"

#include <iomanip>
#include <sstream>

#include "ping_text.h"

namespace megaphone::client {
namespace {

void addPhase(std::string& out, std::string_view name, Duration duration) {
  if (duration < Duration::zero()) return;
  out.append(out.empty() ? "" : ", ").append(name).append(" ").append(millisecondsText(duration));
}

std::string hexText(std::optional<char> byte) {
  std::ostringstream out;
  if (byte) {
    out << std::uppercase << std::hex << std::setw(2) << std::setfill('0')
        << static_cast<int>(static_cast<unsigned char>(*byte));
  }
  return out.str();
}

}  // namespace

void Report::sent(std::size_t bytes, MonoTime now) {
  if (!first_sent_) first_sent_ = now;
  sent_bytes += bytes;
}

void Report::received(std::size_t bytes, MonoTime now) {
  if (first_byte < Duration::zero() && first_sent_) first_byte = now - *first_sent_;
  received_bytes += bytes;
}

std::string millisecondsText(Duration duration) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(1) << toMilliseconds(duration) << " ms";
  return out.str();
}

std::string summaryText(const Report& report) {
  std::string out =
      "sent " + counted(report.sent_bytes, "byte") + ", received " + counted(report.received_bytes, "byte");
  if (report.messages > 0)
    out += ", " + std::to_string(report.answered) + " of " + counted(report.messages, "message") + " answered";
  std::string phases;
  addPhase(phases, "resolve", report.resolve);
  addPhase(phases, "connect", report.connect);
  addPhase(phases, "first byte", report.first_byte);
  addPhase(phases, "total", report.total);
  return out + (phases.empty() ? "" : "; ") + phases;
}

void addOutcome(json::Object& object, const Outcome& outcome) {
  object.text("end", word(outcome.code));
  object.textIfAny("cause", outcome.cause);
  object.textIfAny("advice", outcome.advice);
}

std::string summaryLine(const Report& report, const Outcome& outcome) {
  const Place& place = report.place;
  std::string out;
  {
    json::Object object(out);
    object.text("kind", "summary");
    object.text("protocol", place.transport == Transport::tcp ? "tcp" : "udp");
    object.text("host", place.host);
    object.key("port") += place.port;
    object.textIfAny("address", place.address);
    if (report.messages > 0) {
      object.number("messages", report.messages);
      object.number("answered", report.answered);
    }
    object.number("sent_bytes", report.sent_bytes);
    object.number("received_bytes", report.received_bytes);
    if (report.verified_bytes > 0) object.number("verified_bytes", report.verified_bytes);
    if (report.ping) addFigures(object, *report.ping);
    if (report.difference) {
      json::Object difference(object.key("difference"));
      difference.number("offset", report.difference->offset);
      difference.text("expected", hexText(report.difference->expectedByte()));
      difference.text("received", hexText(report.difference->receivedByte()));
    }
    object.milliseconds("ms_resolve", report.resolve);
    object.milliseconds("ms_connect", report.connect);
    object.milliseconds("ms_first_byte", report.first_byte);
    object.milliseconds("ms_total", report.total);
    addOutcome(object, outcome);
    object.number("exit_code", static_cast<std::uint64_t>(outcome.code));
  }
  return out + "\n";
}

}  // namespace megaphone::client
