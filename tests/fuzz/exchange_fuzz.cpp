// Whatever both sides send, and whenever they end, break or fall silent: the exchange never asserts and always ends;
// nothing goes to an origin before a second reading has the head whole and the verdict allows it; each origin
// connection gets one request, well-formed and with the content that the client sent; the client gets well-formed
// answers, no more than it asked for, with what the origin sent, cut where that was cut, and nothing behind the end.
//
// The first byte of the input chooses the cutting ('0' whole, '1' byte by byte, '2' random; 'B', '@', 'A' the same with
// the policy that mentions clients and bounds the total time), the second seeds it. Then come steps, each behind a byte
// 0x1e: one letter (see play) and, for bytes of a side, the bytes. A step that is not legal at that moment is skipped.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "exchange_fixture.h"
#include "exchange_witness.h"

namespace megaphone::proxy::testing {
namespace {

constexpr char kSeparator = '\x1e';

const ExchangePolicy& talkativePolicy() {
  static const ExchangePolicy policy = [] {
    ExchangePolicy out = FakeSession::policy();
    out.forwarding.forwarded = config::ClientMention::add;
    out.forwarding.xForwardedFor = config::ClientMention::replace;
    out.totalTimeout = std::chrono::seconds(100);
    return out;
  }();
  return policy;
}

class Driver {
 public:
  Driver(Cut cut, unsigned seed, const ExchangePolicy& policy) : session_({.judge = Judge::hold}, cut, seed, policy) {}

  void play(std::string_view step) {
    if (step.empty() || session_.over()) return;
    const char letter = step.front();
    step.remove_prefix(1);
    playClient(letter, step);
    if (session_.hasOrigin()) playOrigin(letter, step);
    if (session_.awaitsVerdict()) playVerdict(letter);
    if (session_.awaitsConnect()) playConnect(letter);
    playTime(letter);
    witness_.looks(session_);
  }

  void finish() {
    if (!session_.over()) clientFails();
    if (!session_.over()) complain("it does not end");
    for (const std::string& problem : session_.problems()) complain(problem);
    for (const std::string& bytes : session_.originBytes()) {
      const WireText read = readRequestsStrictly(bytes);
      if (!read.broken.empty() || read.heads > 1) complain("an origin got: " + read.broken + "\n" + bytes);
    }
    witness_.sums(session_);
    for (const std::string& complaint : witness_.complaints()) complain(complaint);
    if (session_.clientText().starts_with("BROKEN")) complain("the client got: " + session_.clientText());
    if (broken_) std::abort();
  }

 private:
  void clientFails() {
    witness_.clientFails();
    session_.clientFails(Reason::client_reset);
  }

  void playClient(char letter, std::string_view bytes) {
    if (letter == 'c' && !clientEnded_) {
      witness_.clientSends(bytes);
      session_.client(bytes);
    }
    if (letter == 'C' && !clientEnded_) {
      clientEnded_ = true;
      session_.clientEnds();
    }
    if (letter == 'r') clientFails();
  }

  void playOrigin(char letter, std::string_view bytes) {
    if (letter == 'o') {
      witness_.originSends(bytes);
      session_.origin(bytes);
    }
    if (letter == 'O') {
      witness_.originEnds();
      session_.originEnds();
    }
    if (letter == 'R') session_.originBreaks(Reason::connection_terminated, 104);
  }

  void playVerdict(char letter) {
    if (letter == 'j') {
      witness_.allows(session_);
      session_.judged(Judge::allow);
    }
    if (letter == 'J') session_.judged(Judge::refuse);
  }

  void playConnect(char letter) {
    if (letter == 'y' || letter == 'k') witness_.connects(session_);
    if (letter == 'y') session_.ready();
    if (letter == 'k') session_.ready(session_.exchange().reuse() != Reuse::none);
    if (letter == 'n') session_.connectFails({Reason::connection_refused, Side::origin, 111, "connect"});
  }

  void playTime(char letter) {
    if (session_.over()) return;
    if (letter == 't') session_.passes(std::chrono::seconds(5));
    if (letter == 'p') session_.progresses();
    if (letter == 's') session_.stop();
    if (letter == 'a') session_.abort(Reason::daemon_stopping);
    if (!session_.exchange().deadline()) return;
    if (letter == 'd') session_.deadline();
    if (letter == 'e') session_.deadline(Side::client);
    if (letter == 'f') session_.deadline(Side::origin);
  }

  void complain(const std::string& what) {
    broken_ = true;
    std::fprintf(stderr, "%s\n  after: %s\n", what.c_str(), session_.trace().c_str());
  }

  FakeSession session_;
  fuzz::Witness witness_;
  bool clientEnded_ = false;
  bool broken_ = false;
};

}  // namespace
}  // namespace megaphone::proxy::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace megaphone::proxy::testing;
  if (size < 2) return 0;
  const bool talkative = (data[0] & 0x40) != 0;
  Driver driver(static_cast<Cut>(data[0] % 3), data[1], talkative ? talkativePolicy() : FakeSession::policy());
  std::string_view steps(reinterpret_cast<const char*>(data) + 2, size - 2);
  while (!steps.empty()) {
    const std::size_t end = std::min(steps.find(kSeparator), steps.size());
    driver.play(steps.substr(0, end));
    steps.remove_prefix(std::min(end + 1, steps.size()));
  }
  driver.finish();
  return 0;
}
