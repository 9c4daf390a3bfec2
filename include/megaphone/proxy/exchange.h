// Exchange: the machine of one client connection's requests and answers, one after the other. Pure: no socket, no
// clock.
//
// Inputs are methods: bytes, ends, failures, verdicts, and the time. Outputs are pulled by next() until it says none.
// Between two calls of next() only the answer to the action handed out last, stop() and failures may come in.
// Two axes, each an enum with one table of what may follow (exchange.cpp): how far the request has come, and how far
// its answer. Nothing else decides what is legal.
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

// What is the same for all exchanges of a listener. Immutable, shared.
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
  bool endsWithClient = false;   // a client that ends its sending is taken for gone
  Duration connectTimeout{};     // which connects heed; pages tell it
  OwnNames ownNames{};           // under which its own pages are answered
  std::string pageNote{};        // the operator's words on its pages
};

struct Action {
  enum class Kind : std::uint8_t {
    none,          // nothing until the next input
    judge,         // may it go on? Answer with allowed() or refuse(), or with answerAsUs() where isForUs()
    connect,       // get a connection to target(): answer with originReady() or originFailed()
    send_client,   // write the pieces
    send_origin,   // write the pieces
    keep_origin,   // the connection may serve again: those whom originBond() allows, for as long as originLasts()
    close_origin,  // close it, or cancel the connect
    begin_tunnel,  // hand both streams, record() and clientRest() to a tunnel; the exchange is over
    finished,      // record() is complete; the next next() begins the next exchange
    close_client,  // after what was sent: end, read and discard for a while, close (RFC 9112 section 9.6)
    reset_client,  // so that the client sees its answer cut
    deliver_and_reset_client,  // the same, when it has taken what was sent to it
  };
  Kind kind = Kind::none;
  // Written in this order. `before` and `after` (heads, chunk framing) live until the next next(), `content` until the
  // next input.
  std::string_view before{};
  std::string_view content{};
  std::string_view after{};
};

// What the exchanges of one loop share.
class Environment {
 public:
  // A number for an exchange; unique among all loops without a lock.
  virtual record::ExchangeId nextId() = 0;
  // The time of day as Date says it (RFC 9110 section 5.6.7); lives until the next call.
  virtual std::string_view date() = 0;

 protected:
  ~Environment() = default;
};

// Whoever asks the proxy itself, and what is known of them.
struct PageRequest {
  Endpoint proxy;                               // the address that the client spoke to
  std::span<const record::Failure> failures{};  // the last of the client's address, newest first
  WallTime now{};
};

class Exchange {
 public:
  // REQUIRES: policy and surroundings outlive the exchange.
  Exchange(const ExchangePolicy& policy, Environment& environment, MonoTime now);
  // For the exchanges from the next one on. REQUIRES: idle(), or `finished` was handed out last; policy outlives the
  // exchange, and the one so far outlives this call.
  void usePolicy(const ExchangePolicy& policy);

  // --- inputs -----------------------------------------------------------------------------------------------------

  // REQUIRES: takesClient().
  void fromClient(std::string_view bytes, MonoTime now);
  // The bytes of clientRest() have been moved there, and what has come meanwhile stands behind them. (fromClient's
  // bytes need not outlive the round in which they came.)
  void clientRestMoved(std::string_view bytes);
  // The client has ended its sending; it may still listen. REQUIRES: clientRest() is empty.
  void clientEnded(MonoTime now);
  // The client's connection is broken (reset, or a write to it failed).
  void clientFailed(Reason reason, MonoTime now);

  // Answers to judge.
  void allowed(MonoTime now);
  void refuse(const Error& error, MonoTime now);
  // Says where the client reached us, before judge is answered. REQUIRES: mayBeForUs().
  void reachedAt(const Endpoint& proxy);
  // REQUIRES: isForUs().
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
  // The same as clientRestMoved(), for originRest().
  void originRestMoved(std::string_view bytes) { answers_.feed(bytes); }
  // REQUIRES: originRest() is empty.
  void originEnded(MonoTime now);
  // The origin's connection is broken after it had been ready. errnum 0: we gave it up because of `reason`.
  void originBroken(Reason reason, int errnum, MonoTime now);

  // So much content of `from` has gone to the other side unseen. REQUIRES: size <= movable(from).
  void moved(Side from, std::uint64_t size, MonoTime now);

  // Bytes went out to a side that had been full.
  void progressed(MonoTime now);
  // deadline() has passed. `blocked` is the side that does not take what we have for it, if any.
  void deadlinePassed(std::optional<Side> blocked, MonoTime now);
  // The daemon is stopping: no next exchange. An idle connection is closed at once.
  void stop(MonoTime now);

  // The daemon ends it now.
  void abort(Reason reason, MonoTime now);

  // --- outputs ----------------------------------------------------------------------------------------------------

  Action next();
  // Whether bytes of the client are used now. Else they wait (bounded by the session) until this changes.
  bool takesClient() const;
  // Whether bytes, or the end, of the origin are wanted now.
  bool takesOrigin() const;
  // How much content may go from that side to the other just as it is, now and until the next input; then say moved().
  // 0 where content is framed anew, held, or not known to come.
  std::uint64_t movable(Side from) const;
  // Whether next() has something already.
  bool hasActions() const { return queueSize_ > 0; }
  // Returns whether closing the client's connection now destroys nothing, so that it need not be read on (RFC 9112
  // section 9.6): nothing of the request is still to come, and the answer is short. `mayHaveMore`: the client may have
  // sent more.
  bool mayCloseAtOnce(bool mayHaveMore) const;
  MonoTime lastProgress() const { return progress_; }
  // What was given by fromClient() and not used yet. The session keeps it (bounded), says clientRestMoved(), and
  // pauses.
  std::string_view clientRest() const { return requests_.rest(); }
  // The same of fromOrigin(); empty where nothing of the origin is used any more.
  std::string_view originRest() const { return originFed_ && takesOrigin() ? answers_.rest() : std::string_view(); }
  const Target& target() const { return target_; }
  bool isConnect() const { return facts_.kind == http::RequestKind::connect; }
  // Whether the proxy itself is asked: for a page, or by a TRACE or OPTIONS that goes no further.
  bool isForUs() const { return facts_.forUs; }
  // Whether a page of ours may be asked for by its URL; reachedAt() decides.
  bool mayBeForUs() const;
  // With which kept connection connect may be answered.
  Reuse reuse() const { return reuse_; }
  // Whether a connection that is new has brought nothing of an answer yet.
  bool awaitsNewOrigin() const;
  // Whether the request could go out once more on a new connection, by originBroken().
  bool mayReplay() const { return holds_ && answer_ == Answer::awaited; }
  // Of the connection that keep_origin speaks of.
  Bond originBond() const { return originBond_; }
  Duration originLasts() const { return originLasts_; }
  std::optional<MonoTime> deadline() const;
  // When the exchange is to be over whatever it does; it is in deadline(), too.
  std::optional<MonoTime> totalDeadline() const;
  record::ExchangeRecord& record() { return record_; }
  const record::ExchangeRecord& record() const { return record_; }
  // How far it has come, and since when it is there, or idle.
  record::Phase phase() const;
  MonoTime since() const { return idle() ? progress_ : began_; }
  // Returns since when it is idle and another client might have its place; nothing if the client has only just come and
  // may be about to ask.
  std::optional<MonoTime> idleSince(MonoTime now) const;
  // Between two requests, nothing received.
  bool idle() const { return request_ == Request::head && !requests_.begun() && !clientFed_; }

 private:
  enum class Request : std::uint8_t { head, judging, connecting, body, done, closed };
  enum class Answer : std::uint8_t { none, awaited, body, done };
  static bool legal(Request request, Answer answer);

  // What this exchange's request is like; known from its head on.
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
    std::string offer;                // the protocols to which the client would change
    std::optional<HostPort> ourName;  // under which the client asks the proxy itself, where it says so
    bool misdirected = false;         // it says something else
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
  // `shape` has what is known of the answer alone.
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
