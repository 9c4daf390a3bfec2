#include "connect_worker.h"

#include "megaphone/base/shortage.h"
#include "megaphone/base/thread.h"

namespace megaphone::connect {

ConnectWorker::ConnectWorker(unsigned index, Resolver::Options dns, KeyedHash hash, capture::Lane* lane)
    : index_(index),
      resolver_(loop_, std::move(dns), hash),
      jobs_(loop_, &resolver_, lane, hash,
            [](OutcomeMailbox& answerTo, Outcome&& outcome) {
              if (outcome.connection) outcome.connection->leaveLoop();
              answerTo.post(std::move(outcome));
            }),
      orders_(loop_, [this](Mail&& mail) { onMail(std::move(mail)); }),
      thread_(orThrow(startThread("connect-" + std::to_string(index), [this] { loop_.run(); }))) {}

ConnectWorker::~ConnectWorker() {
  orders_.post(Stop{});
  thread_.join();
}

void ConnectWorker::onMail(Mail&& mail) {
  if (auto* order = std::get_if<Order>(&mail)) {
    jobs_.begin(std::move(*order));
  } else if (const auto* cancel = std::get_if<Cancel>(&mail)) {
    jobs_.cancel(*cancel->mailbox, cancel->id);
  } else if (auto* change = std::get_if<Change>(&mail)) {
    resolver_.change(change->dns, change->maxNamesAsked);
  } else if (const auto* question = std::get_if<Ask>(&mail)) {
    question->onPresent(index_);
  } else {
    loop_.stop();
  }
}

}  // namespace megaphone::connect
