// FakeSession: drives an Exchange as `server` does, without a socket. It cuts the bytes of both sides in a chosen way,
// keeps clientRest() as the contract says, does the actions, and writes down what came out. Whatever an exchange must
// never do is noted in problems(). Without GoogleTest, for the fuzz harness uses it too.
//
// Every piece lives in memory of its own that dies as early as the contract allows: a view kept too long is seen by
// ASan.
#pragma once

#include <deque>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/proxy/exchange.h"
#include "wire_text.h"

namespace megaphone::proxy::testing {

// How bytes are cut into pieces; `random` also lets the two sides, verdicts and connects come in any order.
enum class Cut { whole, bytes, random };

// What one connect comes to, and what the origin does on that connection.
struct Origin {
  enum class Connect { ready, reused, failed, held };
  enum class When { request, head, never };  // the answer is sent when this much of the request has come
  enum class Then { stay, end, reset };      // and after it
  Connect connect = Connect::ready;
  std::string answer{};
  Then then = Then::stay;
  When when = When::request;
  Error failure{};
  Bond bond = Bond::none;  // of a reused one
};

enum class Judge { allow, refuse, hold };

struct Script {
  std::string client{};     // all that the client sends
  bool clientEnds = false;  // and whether it then ends its sending
  std::deque<Origin> origins{};
  Judge judge = Judge::allow;
  Error refusal{Reason::http_request_denied, Side::daemon, 0, "port 25"};
};

struct FakeSurroundings final : Environment {
  static constexpr std::string_view kDate = "Sun, 06 Nov 1994 08:49:37 GMT";
  std::uint64_t nextId() override { return ++last; }
  std::string_view date() override { return kDate; }
  std::uint64_t last = 0;
};

class FakeSession {
 public:
  explicit FakeSession(Script script = {}, Cut cut = Cut::whole, unsigned seed = 1,
                       const ExchangePolicy& policy = FakeSession::policy());

  // --- the client and the origin do something; all that follows from it is done before the return
  void client(std::string_view bytes);
  void clientEnds();
  void clientFails(Reason reason);
  void origin(std::string_view bytes);
  void originEnds();
  void originBreaks(Reason reason, int errnum = 0);
  void ready(bool reused = false);  // of a connect that is held
  void connectFails(const Error& error);
  void judged(Judge verdict);  // of a judge that is held
  void passes(Duration time) { now_ += time; }
  void progresses();
  void moves(Side from, std::size_t size);          // content goes to the other side unseen: a row of 'x'
  void deadline(std::optional<Side> blocked = {});  // the time is moved there
  void stop();
  void abort(Reason reason);
  void pump();

  // --- what came of it
  Exchange& exchange() { return exchange_; }
  bool awaitsVerdict() const { return judgeWaiting_; }
  bool awaitsConnect() const { return connectWaiting_; }
  bool hasOrigin() const { return origin_.ready; }
  bool over() const { return over_; }            // closed, reset, or a tunnel
  std::string_view end() const { return end_; }  // "close", "reset", "tunnel", "" while it goes on
  // The actions but the sends, one word each: "judge connect keep finished".
  const std::string& trace() const { return trace_; }
  const std::string& clientBytes() const { return toClient_; }
  // By connection, in the order of the connects.
  const std::vector<std::string>& originBytes() const { return toOrigins_; }
  const std::vector<record::ExchangeRecord>& records() const { return records_; }
  const std::vector<std::string>& problems() const { return problems_; }

  // In the normal form of wire_text.h, without our Date: it has tests of its own.
  std::string clientText() const;
  std::vector<std::string> originTexts() const;
  // One line for each exchange, for comparison: no times, and no counts that the cutting changes.
  std::vector<std::string> recordLines() const;

  static const ExchangePolicy& policy();
  static constexpr std::string_view kTag = "mp-1";

 private:
  struct Connection {
    bool open = false;
    bool ready = false;
    bool answered = false;
    Origin script;
    std::string pending;  // of its answer
    bool endPending = false;
    bool resetPending = false;
  };

  void pull();
  void perform(const Action& action);
  void performConnect();
  void performFinished();
  void endWith(std::string_view word);
  void answer(Judge verdict);
  void connectOutcome(Origin origin);
  void sendToOrigin(const Action& action);
  void checkState();
  bool feedSomething();
  void feedClient();
  void feedOrigin();
  void moveRest();
  void letOriginAnswer();
  std::size_t pieceSize(std::size_t available);
  void problem(std::string text) { problems_.push_back(std::move(text)); }

  Script script_;
  Cut cut_;
  std::minstd_rand random_;
  MonoTime now_{std::chrono::hours(1)};
  FakeSurroundings environment_;
  Exchange exchange_;

  std::string clientWaiting_;
  bool clientEndWaiting_ = false;
  std::vector<char> piece_;  // what fromClient() or clientRestMoved() got last
  Connection origin_;
  bool judgeWaiting_ = false;
  bool connectWaiting_ = false;

  bool over_ = false;
  std::string end_;
  std::string trace_;
  std::string toClient_;
  std::vector<std::string> toOrigins_;
  std::vector<record::ExchangeRecord> records_;
  std::vector<std::string> problems_;
  std::uint64_t sentToClient_ = 0;  // in this exchange, as the record must have it
  std::uint64_t sentToOrigin_ = 0;
  std::uint64_t gotFromOrigin_ = 0;
};

}  // namespace megaphone::proxy::testing
