#include "name_servers.h"

#include <algorithm>
#include <cassert>
#include <unordered_map>
#include <utility>

#include "dns_answer.h"
#include "dns_channel.h"
#include "megaphone/log/log.h"
#include "megaphone/uv/handles.h"

namespace megaphone::connect {
namespace {

using Status = DnsAnswer::Status;

bool answersTheQuestion(DnsReading::Status status) {
  return status == DnsReading::Status::found || status == DnsReading::Status::noSuchName ||
         status == DnsReading::Status::noAddress;
}

DnsAnswer answerFrom(DnsReading reading) {
  switch (reading.status) {
    case DnsReading::Status::found: return {Status::found, std::move(reading.addresses), reading.ttl, {}};
    case DnsReading::Status::noSuchName: return {Status::noSuchName, {}, {}, "there is no such name"};
    default: return {Status::noAddress, {}, {}, "the name has no address"};
  }
}

}  // namespace

struct NameServers::Inside {
  class Question;

  Inside(uv::Loop& l, Options o)
      : loop(l),
        options(std::move(o)),
        patience(options.timeout * (1LL << (options.tries - 1))),
        channels(options.servers.size()) {}

  // Returns the open channel to a server; null while descriptors are short.
  DnsChannel* channelTo(std::size_t server);
  void retireChannels();
  void probe(std::size_t server, const std::string& name, IpAddress::Family family);
  void setBack(std::size_t server);
  void end(const Question& question);

  uv::Loop& loop;
  const Options options;
  const Duration patience;
  std::vector<std::unique_ptr<DnsChannel>> channels;  // by server; opened when it is needed
  std::vector<std::unique_ptr<DnsChannel>> retired;   // until their pending questions are answered
  std::unordered_map<const Question*, std::shared_ptr<Question>> questions;
};

// One question on its way from server to server.
class NameServers::Inside::Question final : public std::enable_shared_from_this<Question> {
 public:
  Question(Inside& owner, std::string name, IpAddress::Family family, OnAnswer onAnswer)
      : owner_(owner),
        name_(std::move(name)),
        family_(family),
        onAnswer_(std::move(onAnswer)),
        states_(owner.options.servers.size()),
        timer_(owner.loop, [this] { askNext(); }) {}

  void begin() {
    auto order = owner_.options.health->order(owner_.options.servers, owner_.loop.now());
    order_ = std::move(order.servers);
    if (order.probe) owner_.probe(*order.probe, name_, family_);
    askNext();
  }

 private:
  struct State {
    bool asked = false;
    std::string failure;  // why it is not asked again; empty: it may be
  };

  void askNext();
  void onReply(std::size_t server, const DnsReply& reply);
  void onMessage(std::size_t server, std::string_view message);
  void failed(std::size_t server, std::string why);
  void finish(DnsAnswer answer);
  DnsAnswer nobodyAnswered() const;

  Inside& owner_;
  const std::string name_;
  const IpAddress::Family family_;
  OnAnswer onAnswer_;
  std::vector<std::size_t> order_;
  std::vector<State> states_;  // by server
  std::size_t step_ = 0;       // through order_, once for each round
  std::size_t current_ = 0;    // the server whose time runs
  uv::Timer timer_;
};

void NameServers::Inside::Question::askNext() {
  const std::size_t steps = order_.size() * owner_.options.tries;
  while (step_ < steps && !states_[order_[step_ % order_.size()]].failure.empty()) ++step_;
  if (step_ == steps) return finish(nobodyAnswered());
  const std::size_t round = step_ / order_.size();
  current_ = order_[step_++ % order_.size()];
  DnsChannel* channel = owner_.channelTo(current_);
  if (!channel) return finish({Status::noDescriptors, {}, {}, {}});
  states_[current_].asked = true;
  timer_.start(owner_.options.timeout * (1LL << round));
  channel->ask(name_, family_, [weak = weak_from_this(), server = current_](const DnsReply& reply) {
    if (const auto self = weak.lock()) self->onReply(server, reply);
  });
}

void NameServers::Inside::Question::onReply(std::size_t server, const DnsReply& reply) {
  switch (reply.status) {
    case DnsReply::Status::message: return onMessage(server, reply.message);
    case DnsReply::Status::noDescriptors: return finish({Status::noDescriptors, {}, {}, {}});
    case DnsReply::Status::unreachable: return failed(server, "a name server cannot be reached");
    case DnsReply::Status::silence: return;  // our own timer goes on to the next server
  }
}

void NameServers::Inside::Question::onMessage(std::size_t server, std::string_view message) {
  DnsReading reading = readDnsAnswer(message, name_, family_);
  if (!answersTheQuestion(reading.status)) {
    const std::string_view what = reading.code.empty() ? "what cannot be understood" : reading.code;
    return failed(server, "a name server answered " + std::string(what));
  }
  owner_.options.health->answered(owner_.options.servers[server]);
  // A late answer says nothing about the servers asked meanwhile.
  for (std::size_t other = 0; server == current_ && other < states_.size(); ++other) {
    if (other != server && states_[other].asked) owner_.setBack(other);
  }
  finish(answerFrom(std::move(reading)));
}

void NameServers::Inside::Question::failed(std::size_t server, std::string why) {
  states_[server].failure = std::move(why);
  if (server == current_) askNext();
}

DnsAnswer NameServers::Inside::Question::nobodyAnswered() const {
  const auto found =
      std::find_if(states_.begin(), states_.end(), [](const State& each) { return !each.failure.empty(); });
  if (found == states_.end()) return {Status::timedOut, {}, {}, "no name server answered"};
  return {Status::failed, {}, {}, found->failure};
}

void NameServers::Inside::Question::finish(DnsAnswer answer) {
  timer_.stop();
  const auto self = shared_from_this();  // until the end of this call
  owner_.end(*this);
  onAnswer_(std::move(answer));
}

DnsChannel* NameServers::Inside::channelTo(std::size_t server) {
  auto& channel = channels[server];
  if (channel && channel->asked() >= kQuestionsPerPort) retired.push_back(std::move(channel));
  if (!channel) channel = DnsChannel::open(loop, options.servers[server], patience);
  return channel.get();
}

// Deferred: a channel's own callback may be on the stack.
void NameServers::Inside::retireChannels() {
  for (auto& channel : retired) {
    if (channel->underWay() == 0) loop.deferDelete(std::move(channel));
  }
  std::erase(retired, nullptr);
}

void NameServers::Inside::probe(std::size_t server, const std::string& name, IpAddress::Family family) {
  DnsChannel* channel = channelTo(server);
  if (!channel) return;
  channel->ask(name, family, [this, server, name, family](const DnsReply& reply) {
    if (reply.status != DnsReply::Status::message) return;
    if (!answersTheQuestion(readDnsAnswer(reply.message, name, family).status)) return;
    options.health->answered(options.servers[server]);
    log::info("dns: name server " + options.servers[server].text() + " answers again");
  });
}

void NameServers::Inside::setBack(std::size_t server) {
  if (!options.health->setBack(options.servers[server], loop.now())) return;
  log::info("dns: name server " + options.servers[server].text() +
            " does not answer what another one does: it is asked last until it answers again");
}

void NameServers::Inside::end(const Question& question) {
  questions.erase(&question);
  retireChannels();
}

NameServers::NameServers(uv::Loop& loop, Options options)
    : inside_(std::make_unique<Inside>(loop, std::move(options))) {
  assert(!inside_->options.servers.empty() && inside_->options.tries > 0);
}
NameServers::~NameServers() = default;

std::size_t NameServers::underWay() const { return inside_->questions.size(); }

void NameServers::query(const std::string& name, IpAddress::Family family, OnAnswer onAnswer) {
  const auto question = std::make_shared<Inside::Question>(*inside_, name, family, std::move(onAnswer));
  inside_->questions.emplace(question.get(), question);
  question->begin();
}

}  // namespace megaphone::connect
