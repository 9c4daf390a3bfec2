// Tells captures whose bytes pass on either leg, and what was decided about them. Streams tell
// of the bytes themselves (capturing.h).
#include "megaphone/base/ascii.h"
#include "proxy_session.h"

namespace megaphone::server {
namespace {

std::string milliseconds(Duration duration) {
  std::string text;
  ascii::appendMilliseconds(text, duration);
  return text += " ms";
}

std::string failureText(const record::ExchangeRecord& record) {
  std::string text(word(record.reason));
  return record.detail.empty() ? text : text + ": " + record.detail;
}

}  // namespace

bool ProxySession::wantsCapture() const { return context_.capturing.wants(listener_->settings.name, client()); }

void ProxySession::capture(Leg& leg) {
  if (&leg == &origin_)
    captureOrigin(*exchange_.record().origin);
  else if (!leg.stream().witness())
    context_.capturing.begin(leg.stream(), Side::client, exchange_.record().client, {}, true);
  tellExchange(origin_ ? std::string_view(exchange_.target().host) : std::string_view());
}

void ProxySession::beforeCapturedRead(Leg& leg) {
  if (&leg == &client_) tellExchange({});
}

// Repeats the note of the end: not all that was to bear it had been taken.
void ProxySession::beforeCapturedWrite(Leg& leg) {
  if (&leg == &client_ && life_ == Life::finishing) captureEnd();
}

void ProxySession::captureClient() {
  context_.capturing.begin(client_.stream(), Side::client, exchange_.record().client, {}, false);
  if (CapturedStream* captured = CapturedStream::of(client_.stream()))
    captured->about({0, listener_->settings.name, client().address(), {}});
}

void ProxySession::captureOrigin(const Endpoint& endpoint) {
  if (!origin_.stream().witness())
    context_.capturing.begin(origin_.stream(), Side::origin, endpoint, exchange_.target().host, true);
}

// A kept connection may have been another listener's: captures of that one hear that it is not theirs now. A request
// has its id from its first byte on.
void ProxySession::tellExchange(std::string_view host, capture::Next nextOfOrigin) {
  const std::uint64_t id = exchange_.record().id;
  CapturedExchange exchange{id != 0 ? id : context_.environment.idToCome(), listener_->settings.name,
                            client().address(), host};
  // Bytes that were read before may hold the beginning of the next one.
  const bool between = id == 0 && exchange_.clientRest().empty();
  exchange.next = between ? capture::Next::message : capture::Next::unknown;
  if (CapturedStream* captured = CapturedStream::of(client_.stream())) captured->about(exchange);
  exchange.next = nextOfOrigin;
  if (CapturedStream* captured = CapturedStream::of(origin_.stream())) captured->about(exchange);
}

void ProxySession::captureConnected(const OriginDial::Established& origin) {
  if (!client_.stream().witness()) {
    if (origin.leg != 0) context_.capturing.lose(origin.leg);
    return;
  }
  const std::string& host = exchange_.target().host;
  if (origin.leg != 0) context_.capturing.goOn(origin_.stream(), origin.leg, origin.peer, host);
  captureOrigin(origin.peer);
  tellExchange(host, exchange_.isConnect() ? capture::Next::tunnel : capture::Next::message);
  std::string text;
  if (origin.times.resolve > Duration::zero())
    text = host + " resolved in " + milliseconds(origin.times.resolve) + ", ";
  noteVerdict(text + "connected in " + milliseconds(origin.times.connect), origin.peer);
}

void ProxySession::captureKept(const Endpoint& endpoint) {
  if (!client_.stream().witness() && !origin_.stream().witness()) return;
  if (client_.stream().witness()) captureOrigin(endpoint);
  tellExchange(exchange_.target().host, capture::Next::message);
  noteVerdict("kept connection, used again", endpoint);
}

void ProxySession::noteVerdict(std::string text, const Endpoint& endpoint) {
  CapturedStream* captured = CapturedStream::of(origin_.stream());
  if (!captured) return;
  const access::Verdict verdict = listener_->destinations->judgeAddress(endpoint.address);
  text.append("; allowed by ").append(verdict.rule);
  if (verdict.line != 0) text.append(" in line ").append(std::to_string(verdict.line));
  captured->note(text);
}

// Closed before its time: where the client's side has ended already, nothing else would say why.
void ProxySession::captureOriginEnd() {
  CapturedStream* captured = CapturedStream::of(origin_.stream());
  if (captured && exchange_.record().reason != Reason::none) captured->note(failureText(exchange_.record()));
}

// The last bytes of the answer are still to be written: the note goes with them.
void ProxySession::captureEnd() {
  CapturedStream* captured = CapturedStream::of(client_.stream());
  if (!captured) return;
  const record::ExchangeRecord& record = exchange_.record();
  std::string text = record.status == 0 ? "not answered" : "answered " + std::to_string(record.status);
  if (record.total != record::kNever) text += " after " + milliseconds(record.total);
  if (record.reason != Reason::none) text += "; " + failureText(record);
  captured->note(text);
}

}  // namespace megaphone::server
