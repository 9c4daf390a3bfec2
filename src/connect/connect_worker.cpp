#include "connect_worker.h"

#include <pthread.h>

#include <array>
#include <cassert>
#include <csignal>
#include <cstring>

namespace megaphone::connect {

std::size_t ConnectWorker::JobKeyHash::operator()(const JobKey& key) const {
  std::array<char, sizeof key.first + sizeof key.second> bytes;
  std::memcpy(bytes.data(), &key.first, sizeof key.first);
  std::memcpy(bytes.data() + sizeof key.first, &key.second, sizeof key.second);
  return hash(std::string_view(bytes.data(), bytes.size()));
}

ConnectWorker::ConnectWorker(unsigned index, Resolver::Options dns, KeyedHash hash, std::vector<std::uint16_t> ownPorts,
                             capture::Lane* lane)
    : index_(index),
      lane_(lane),
      ownPorts_(std::move(ownPorts)),
      resolver_(loop_, std::move(dns), hash),
      jobs_(0, JobKeyHash{hash}),
      orders_(loop_, [this](Mail&& mail) { onMail(std::move(mail)); }),
      thread_([this] { run(); }) {}

ConnectWorker::~ConnectWorker() {
  orders_.post(Stop{});
  thread_.join();
}

void ConnectWorker::run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);  // signals are the main thread's
  pthread_setname_np(pthread_self(), ("connect-" + std::to_string(index_)).c_str());
  loop_.run();
}

void ConnectWorker::onMail(Mail&& mail) {
  if (auto* order = std::get_if<Order>(&mail)) {
    begin(std::move(*order));
  } else if (const auto* cancel = std::get_if<Cancel>(&mail)) {
    jobs_.erase({cancel->mailbox, cancel->id});
  } else if (auto* change = std::get_if<Change>(&mail)) {
    ownPorts_ = std::move(change->ownPorts);
    resolver_.change(change->dns, change->maxNamesAsked);
  } else if (const auto* question = std::get_if<Ask>(&mail)) {
    question->onPresent(index_);
  } else {
    loop_.stop();
  }
}

void ConnectWorker::begin(Order order) {
  const JobKey key{order.job.answerTo, order.job.id};
  auto job = std::make_unique<ConnectJob>(loop_, resolver_, ownPorts_, lane_, *this, std::move(order));
  const auto [place, isNew] = jobs_.emplace(key, std::move(job));
  assert(isNew && "a job's id is unique while it is pending");
  if (isNew) place->second->start();
}

void ConnectWorker::onJobEnded(ConnectJob& job) {
  const auto place = jobs_.find({job.job().answerTo, job.job().id});
  loop_.deferDelete(std::move(place->second));
  jobs_.erase(place);
}

}  // namespace megaphone::connect
