#include "workers.h"

#include <random>

#include "megaphone/base/ascii.h"

namespace megaphone::app {
namespace {

// Unique to this run, so that a chain of several megaphones is no loop and a true loop is seen.
std::string makeTag() {
  std::random_device device;
  std::string tag = "megaphone-";
  ascii::appendHex(tag, 0x10000000u | (device() & 0x0fffffffu));
  return tag;
}

// The loops' lanes stand before the workers'.
std::vector<capture::Lane*> workersLanes(capture::Captures& captures, const config::Settings& settings,
                                         unsigned loops) {
  std::vector<capture::Lane*> lanes;
  for (unsigned i = 0; i < settings.daemon.connect_workers; ++i) lanes.push_back(&captures.lane(loops + i));
  return lanes;
}

// The ports at which a request to this very daemon would arrive.
std::vector<std::uint16_t> loopPorts(const SocketTable::Plan& plan) {
  std::vector<std::uint16_t> ports;
  for (const server::Assignment& each : plan.assignments) {
    if (each.kind->dials) ports.push_back(each.port);
  }
  return ports;
}

}  // namespace

Workers::Workers(uv::Loop& main, const config::Settings& settings, unsigned loops, observe::AccessLog& log,
                 capture::Captures& captures, access::OwnAddressesPtr own, WorkersSink& sink)
    : sink_(sink),
      log_(log),
      captures_(captures),
      own_(std::move(own)),
      tag_(makeTag()),
      reports_(main, [this](Report&& report) { std::visit([this](const auto& each) { on(each); }, report); }),
      questions_(main),
      pool_(std::make_unique<connect::ConnectPool>(settings.daemon, settings.dns, std::vector<std::uint16_t>{},
                                                   workersLanes(captures, settings, loops), own_)),
      tally_(loops),
      book_(loops) {
  server::LoopReports& reports = *this;
  const WallTime start = wallNow();
  for (unsigned i = 0; i < loops; ++i) {
    loops_.push_back(std::make_unique<server::LoopWorker>(i, record::idBeforeFirst(start, i), settings.daemon, *pool_,
                                                          log.ring(i), captures.lane(i), tally_, reports));
  }
}

Workers::~Workers() {
  for (auto& loop : loops_) loop->stop();
  for (auto& loop : loops_) loop->join();
  pool_.reset();  // the loops' mailboxes live until nobody can post to them
}

Result<void> Workers::start() {
  for (auto& loop : loops_) {
    if (auto started = loop->start(); !started) return started;
  }
  return {};
}

void Workers::change(const config::SettingsPtr& settings, SocketTable::Plan& plan) {
  pool_->change(settings->daemon, settings->dns, loopPorts(plan));
  listeners_ =
      std::make_shared<const server::Listeners>(settings, tag_, plan.assignments, own_, book_, listeners_.get());
  ++changes_;
  const auto reply = acknowledgements([this] {
    if (--changes_ == 0) sink_.onAllChanged();
  });
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    server::LoopWorker::Change change{listeners_, {}};
    for (SocketTable::Opened& opened : plan.opened) {
      change.opened.push_back({opened.id, std::move(opened.group.fds[i])});
    }
    loops_[i]->change(std::move(change), [=] { reply(i, {}); });
  }
}

void Workers::drain() {
  const auto reply = acknowledgements([this] { sink_.onAllDrained(); });
  for (std::size_t i = 0; i < loops_.size(); ++i) loops_[i]->drain([=] { reply(i, {}); });
}

void Workers::capture(const capture::WantedPtr& wanted) {
  ++capturings_;
  const auto reply = acknowledgements([this] {
    if (--capturings_ == 0) sink_.onAllCapturing();
  });
  for (std::size_t i = 0; i < loops_.size(); ++i) loops_[i]->capture(wanted, [=] { reply(i, {}); });
}

void Workers::checkLiveness() {
  if (!questions_.missing(liveness_).empty()) return;
  const std::size_t loops = loops_.size();
  const auto reply =
      questions_.put<Acknowledged>(loops + pool_->figures().size(), [this](const auto&) { sink_.onAllPresent(); });
  liveness_ = reply.number();
  for (std::size_t i = 0; i < loops; ++i) loops_[i]->run([=](auto&) { reply(i, {}); });
  pool_->ask([=](unsigned worker) { reply(loops + worker, {}); });
}

std::vector<std::string> Workers::missing() const {
  std::vector<std::string> names;
  for (const std::size_t thread : questions_.missing(liveness_)) {
    const bool isLoop = thread < loops_.size();
    names.push_back((isLoop ? "loop-" : "connect-") + std::to_string(isLoop ? thread : thread - loops_.size()));
  }
  return names;
}

Figures Workers::figures() const {
  Figures figures;
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    observe::add(figures.totals, figures.loops.emplace_back(book_.of(i)));
    figures.log_records_dropped += log_.ring(static_cast<unsigned>(i)).dropped();
  }
  figures.workers = pool_->figures();
  figures.pending_on_loops = pool_->pendingOnLoops();
  figures.captures = captures_.running().size();
  figures.packets_lost = captures_.lost();
  return figures;
}

void Workers::on(const Short& report) {
  for (auto& loop : loops_) loop->giveWay(report.listener);
}

void Workers::on(const server::Waiting& waiting) {
  for (auto& loop : loops_) loop->giveWayTo(waiting);
}

}  // namespace megaphone::app
