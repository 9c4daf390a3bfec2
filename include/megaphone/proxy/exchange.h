// Exchange: the machine of one client connection's requests and answers, one after the other. Pure: no socket, no
// clock.
//
// Inputs are methods: bytes, ends, failures, verdicts, and the time. Outputs are pulled by next() until it says none.
// Between two calls of next() only the answer to the action handed out last, stop() and failures may come in. Two axes,
// each an enum with one table of what may follow (exchange.cpp): the progress of the request, and that of its answer.
// Nothing else decides what is legal.
//
//   bytes of the client --> RequestParser --> head: judge, connect --> send_origin (rewritten head, then content)
//   bytes of the origin --> ResponseParser -> send_client (rewritten head, then content) --> finished, and the next
//
// One thread: its session's.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "megaphone/base/mono_time.h"
#include "megaphone/http/request_parser.h"
#include "megaphone/http/response_parser.h"
#include "megaphone/http/writer.h"
#include "megaphone/proxy/answer.h"
#include "megaphone/proxy/forwarding.h"
#include "megaphone/proxy/origin_pool.h"
#include "megaphone/proxy/own_pages.h"
#include "megaphone/proxy/target.h"
#include "megaphone/record/exchange_record.h"

namespace megaphone::proxy {

// The settings that all exchanges of a listener share. Immutable.
struct ExchangePolicy {
  http::HeadLimits limits;
  ForwardingPolicy forwarding;
  Duration idleTimeout{};
  Duration headTimeout{};
  Duration bodyTimeout{};
  Duration responseTimeout{};
  Duration totalTimeout{};       // of an exchange, whatever it does; 0: none
  bool notesAgent = false;       // the record has User-Agent
  bool notesReferer = false;     // and Referer
  std::size_t replayBuffer = 0;  // bytes behind a request's head that are held to be sent again
  setup::PacRules pac{};         // of the PAC file that it serves
  bool keepsFailures = false;    // so that they can be read at /why
  bool endsWithClient = false;   // a client that half-closes counts as gone
  Duration connectTimeout{};     // applied by connects; shown on pages
  OwnNames ownNames{};           // names under which its own pages are served
  std::string pageNote{};        // the operator's words on its pages
};

struct Action {
  enum class Kind : std::uint8_t {
    none,                      // nothing until the next input
    judge,                     // may it go on? Answer with allowed() or refuse(), or with answerAsUs() where isForUs()
    connect,                   // get a connection to target(): answer with originReady() or originFailed()
    send_client,               // write the pieces
    send_origin,               // write the pieces
    keep_origin,               // the connection may be reused, by sessions that originBond() allows, for originLasts()
    close_origin,              // close it, or cancel the connect
    begin_tunnel,              // hand both streams, record() and clientRest() to a tunnel; the exchange is over
    finished,                  // record() is complete; the next next() begins the next exchange
    close_client,              // after what was sent: end, read and discard for a while, close (RFC 9112 section 9.6)
    reset_client,              // so that the client sees that its answer is cut
    deliver_and_reset_client,  // the same, once the client has acknowledged what was sent
  };
  Kind kind = Kind::none;
  // Written in this order. `before` and `after` (heads, chunk framing) live until the next next(), `content` until the
  // next input.
  std::string_view before{};
  std::string_view content{};
  std::string_view after{};
};

// The services of its loop that an exchange needs.
class Environment {
 public:
  // Returns a new exchange id, unique among all loops without a lock.
  virtual record::ExchangeId nextId() = 0;
  // Returns the time of day in the format of Date (RFC 9110 section 5.6.7); valid until the next call.
  virtual std::string_view date() = 0;

 protected:
  ~Environment() = default;
};

// A request for a page of the proxy, with what is known of its client.
struct PageRequest {
  Endpoint proxy;                               // the address that the client spoke to
  std::span<const record::Failure> failures{};  // the last of the client's address, newest first
  WallTime now{};
};

class Exchange {
 public:
  // REQUIRES: policy and environment outlive the exchange.
  Exchange(const ExchangePolicy& policy, Environment& environment, MonoTime now);
  // Replaces the policy from the next exchange on. REQUIRES: idle(), or `finished` was handed out last; the new policy
  // outlives the exchange, and the old one this call.
  void usePolicy(const ExchangePolicy& policy);

  // --- inputs -----------------------------------------------------------------------------------------------------

  // Takes bytes of the client. REQUIRES: takesClient().
  void fromClient(std::string_view bytes, MonoTime now);
  // Tells that the bytes of clientRest() were moved to `bytes`, followed by those that arrived meanwhile. (The bytes
  // given to fromClient() need not outlive their round.)
  void clientRestMoved(std::string_view bytes);
  // Tells that the client has half-closed; it may still receive. REQUIRES: clientRest() is empty.
  void clientEnded(MonoTime now);
  // Tells that the client's connection is broken (reset, or a write to it failed).
  void clientFailed(Reason reason, MonoTime now);

  // Answers to judge.
  void allowed(MonoTime now);
  void refuse(const Error& error, MonoTime now);
  // Sets the local endpoint that the client reached, before judge is answered. REQUIRES: mayBeForUs().
  void reachedAt(const Endpoint& proxy);
  // Answers judge with a page or answer of our own. REQUIRES: isForUs().
  void answerAsUs(const PageRequest& request, MonoTime now);

  // Answers to connect.
  struct ConnectTimes {
    Duration resolve = record::kNever;
    Duration connect = record::kNever;
  };
  // `kept`: the bond of a connection that was kept; nothing: it is new.
  void originReady(const Endpoint& peer, std::optional<Bond> kept, const ConnectTimes& times, MonoTime now);
  void originFailed(const Error& error, const ConnectTimes& times, MonoTime now);

  void fromOrigin(std::string_view bytes, MonoTime now);
  // Does the same as clientRestMoved(), for originRest().
  void originRestMoved(std::string_view bytes) { answers_.feed(bytes); }
  // Tells that the origin has ended its stream. REQUIRES: originRest() is empty.
  void originEnded(MonoTime now);
  // Tells that the origin's connection broke after originReady(). errnum 0: the proxy gave it up because of `reason`.
  void originBroken(Reason reason, int errnum, MonoTime now);

  // Counts content of `from` that went to the other side without passing through the exchange. REQUIRES: size <=
  // movable(from).
  void moved(Side from, std::uint64_t size, MonoTime now);

  // Tells that a blocked side has taken bytes: restarts the deadline of progress.
  void progressed(MonoTime now);
  // Tells that deadline() has passed. `blocked`: the side that does not take its bytes, if any.
  void deadlinePassed(std::optional<Side> blocked, MonoTime now);
  // Tells that the daemon is stopping: no exchange follows. An idle connection is closed at once.
  void stop(MonoTime now);

  // Ends the exchange now.
  void abort(Reason reason, MonoTime now);

  // --- outputs ----------------------------------------------------------------------------------------------------

  Action next();
  // Returns whether bytes of the client are used now. If not, the session holds them, within a bound, until this
  // changes.
  bool takesClient() const;
  // Returns whether bytes or the end of the origin are wanted now.
  bool takesOrigin() const;
  // Returns how many bytes of content may go from that side to the other unchanged, until the next input; moved() then
  // counts them. 0 if content is framed anew, held, or not certain to come.
  std::uint64_t movable(Side from) const;
  // Returns whether next() has an action already.
  bool hasActions() const { return queueSize_ > 0; }
  // Returns whether closing the client's connection now destroys nothing, so that it need not be read on (RFC 9112
  // section 9.6): nothing of the request is still to come, and the answer is short. `mayHaveMore`: the client may have
  // sent more.
  bool mayCloseAtOnce(bool mayHaveMore) const;
  MonoTime lastProgress() const { return progress_; }
  // Returns the bytes of fromClient() that are not used yet. The session keeps them, within a bound, calls
  // clientRestMoved(), and pauses.
  std::string_view clientRest() const { return requests_.rest(); }
  // Returns the same for fromOrigin(); empty if nothing of the origin is used any more.
  std::string_view originRest() const { return originFed_ && takesOrigin() ? answers_.rest() : std::string_view(); }
  const Target& target() const { return target_; }
  bool isConnect() const { return facts_.kind == http::RequestKind::connect; }
  // Returns whether the request is for the proxy itself: for a page, or a TRACE or OPTIONS that ends here.
  bool isForUs() const { return facts_.forUs; }
  // Returns whether the URL may be that of a page of ours; reachedAt() decides.
  bool mayBeForUs() const;
  // Returns which kept connections may answer connect.
  Reuse reuse() const { return reuse_; }
  // Returns whether the connection is new and has brought nothing of an answer yet.
  bool awaitsNewOrigin() const;
  // Returns whether the request may be sent once more, on a new connection, after originBroken().
  bool mayReplay() const { return holds_ && answer_ == Answer::awaited; }
  // Returns the bond of the connection of keep_origin.
  Bond originBond() const { return originBond_; }
  Duration originLasts() const { return originLasts_; }
  std::optional<MonoTime> deadline() const;
  // Returns the end of totalTimeout, if that is set; deadline() includes it.
  std::optional<MonoTime> totalDeadline() const;
  record::ExchangeRecord& record() { return record_; }
  const record::ExchangeRecord& record() const { return record_; }
  // Returns the phase of the exchange.
  record::Phase phase() const;
  MonoTime since() const { return idle() ? progress_ : began_; }
  // Returns since when the connection is idle and may give way to another client; nothing for a new one that may be
  // about to send.
  std::optional<MonoTime> idleSince(MonoTime now) const;
  // Returns whether it is between two requests with nothing received.
  bool idle() const { return request_ == Request::head && !requests_.begun() && !clientFed_; }

 private:
  enum class Request : std::uint8_t { head, judging, connecting, body, done, closed };
  enum class Answer : std::uint8_t { none, awaited, body, done };
  static bool legal(Request request, Answer answer);

  // The properties of this exchange's request; known from its head on.
  struct Facts {
    http::Version version = http::Version::http11;
    http::BodyFraming framing;
    http::RequestKind kind = http::RequestKind::ordinary;
    bool idempotent = false;
    bool wantsHtml = false;
    bool forUs = false;
    bool expects = false;  // 100-continue, before it sends its content
    bool logsIn = false;   // the connection, not the request
    std::optional<std::uint64_t> maxForwards;
    std::string offer;                // the protocols of its Upgrade field
    std::optional<HostPort> ourName;  // the name under which a path is asked of the proxy itself
    bool misdirected = false;         // Host is not a host and port
  };

  void begin();
  bool step();
  bool stepClient();
  bool stepOrigin();

  void takeRequestHead();
  void noteBrowser(const http::Fields& fields);
  void learnFacts(const http::RequestHead& head);
  Bond bondOfRequest() const;
  Result<void> readRequest(const http::RequestHead& head);
  void prepareForwarding(const http::RequestHead& head);
  void takeRequestContent(std::string_view content);
  void takeRequestEnd();

  void takeAnswerHead();
  // `shape`: what depends on the answer alone.
  void takeFinalHead(AnswerShape shape);
  void takeInterimAnswer();
  void takeProtocolChange();
  void takeAnswerContent(std::string_view content);
  void takeAnswerEnd();
  void takeOriginError(const Error& error);
  bool isLate(const http::ResponseHead& head) const;
  void takeLoss(const Error& error);

  void sendOrigin(std::string_view before, std::string_view content = {}, std::string_view after = {});
  bool replay();

  std::optional<OwnPage> pageAskedFor(const Endpoint& proxy) const;
  bool isMisdirected(const Endpoint& proxy) const;
  std::string whatWeAre(const Endpoint& proxy) const;

  void fail(const Error& error);
  Requester beginOwnAnswer(int status);
  void endOwnAnswer();
  void cut(Reason reason, Side by, std::string_view detail);
  bool contentIsMissing() const;
  void finishIfDone();
  void finish();
  void abandon(Reason reason, Side by);
  void closeIdle();
  void note(const Error& error);
  void letOriginGo(bool keep);

  void move(Request request, Answer answer);
  void push(Action::Kind kind, std::string_view before = {}, std::string_view content = {},
            std::string_view after = {});
  Duration lap();
  bool awaitsContinue() const;
  bool originHasRequest() const;
  std::optional<MonoTime> phaseDeadline() const;

  const ExchangePolicy* policy_;
  Environment& environment_;
  http::RequestParser requests_;
  http::ResponseParser answers_;
  Target target_;
  record::ExchangeRecord record_;

  Request request_ = Request::head;
  Answer answer_ = Answer::none;
  Facts facts_;
  http::BodyFraming answerFraming_;  // as the client gets it

  bool clientFed_ = false;     // the request parser may have more to hand out
  bool originFed_ = false;     // the answer parser may have more to hand out
  bool requestEnded_ = false;  // the parser has said so
  bool contentBegun_ = false;  // some of the request's has come
  bool holds_ = false;         // held_ is all that went to the origin, and may go there again
  bool continued_ = false;     // the origin has sent 100
  bool originOpen_ = false;    // a connection is asked for or there
  bool originKeeps_ = false;   // nothing so far forbids to keep its connection
  Bond originBond_ = Bond::none;
  Duration originLasts_{};
  Reuse reuse_ = Reuse::none;
  std::int64_t interims_ = 0;
  bool lastOnClient_ = false;  // the client's connection ends with this exchange
  bool beginsNext_ = false;    // finished was handed out
  bool stopping_ = false;

  std::string held_;             // the head as the origin gets it (or what TRACE shows); with holds_ what followed, too
  std::size_t heldContent_ = 0;  // how much of it is behind the head
  std::string clientHead_;       // heads and answers of our own
  std::string requestTrailers_;
  std::string answerTrailers_;
  std::string requestOptions_;  // of Connection: fields that its trailer section must not bring either
  std::string answerOptions_;
  std::optional<http::ChunkLine> chunkLine_;

  MonoTime now_{};
  MonoTime began_{};
  MonoTime lapStart_{};
  MonoTime progress_{};
  MonoTime askedSince_{};  // the origin
  std::uint32_t requestCount_ = 0;
  std::uint64_t lastAnswerSize_ = 0;

  static constexpr std::size_t kQueue = 6;
  std::array<Action, kQueue> queue_{};
  std::size_t queueHead_ = 0;
  std::size_t queueSize_ = 0;
};

}  // namespace megaphone::proxy
