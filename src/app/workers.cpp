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

}  // namespace

Workers::Workers(uv::Loop& main, const config::Settings& settings, unsigned loops, observe::AccessLog& log,
                 capture::Captures& captures, access::OwnAddressesPtr own, WorkersSink& sink)
    : sink_(sink),
      log_(log),
      captures_(captures),
      own_(std::move(own)),
      tag_(makeTag()),
      reports_(main, [this](Report&& report) { std::visit([this](auto& each) { on(each); }, report); }),
      pool_(std::make_unique<connect::ConnectPool>(settings.daemon, settings.dns, std::vector<std::uint16_t>{},
                                                   workersLanes(captures, settings, loops), own_)),
      tally_(loops),
      roll_(loops + settings.daemon.connect_workers) {
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
  pool_->change(settings->daemon, settings->dns, plan.proxyPorts);
  listeners_ = std::make_shared<const server::Listeners>(settings, tag_, plan.assignments, plan.uppercaseUdpPorts, own_,
                                                         listeners_.get());
  awaited_ += loops_.size();
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    server::LoopWorker::Change change{listeners_, {}};
    for (SocketTable::Opened& opened : plan.opened) {
      change.opened.push_back({opened.id, std::move(opened.group.fds[i])});
    }
    loops_[i]->change(std::move(change));
  }
}

void Workers::drain() {
  for (auto& loop : loops_) loop->drain();
}

void Workers::capture(const capture::WantedPtr& wanted) {
  capturingAwaited_ += loops_.size();
  for (auto& loop : loops_) loop->capture(wanted);
}

void Workers::callRoll() {
  if (!roll_.begin()) return;
  for (auto& loop : loops_) loop->ask();
  pool_->ask([this](unsigned worker) { reports_.post(Present{loops_.size() + worker}); });
}

std::vector<std::string> Workers::missing() const {
  std::vector<std::string> names;
  for (const std::size_t thread : roll_.missing()) {
    const bool isLoop = thread < loops_.size();
    names.push_back((isLoop ? "loop-" : "connect-") + std::to_string(isLoop ? thread : thread - loops_.size()));
  }
  return names;
}

Figures Workers::figures() const {
  Figures figures;
  std::vector<const observe::Counters*> counters;
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    counters.push_back(&loops_[i]->counters());
    figures.loops.push_back(observe::sum({{counters.back()}}));
    figures.log_records_dropped += log_.ring(static_cast<unsigned>(i)).dropped();
  }
  figures.totals = observe::sum(counters);
  figures.workers = pool_->figures();
  figures.pending_on_loops = pool_->pendingOnLoops();
  figures.captures = captures_.running().size();
  figures.packets_lost = captures_.lost();
  return figures;
}

void Workers::on(const Present& report) {
  if (roll_.answer(report.thread)) sink_.onAllPresent();
}

void Workers::list(std::uint64_t question, std::size_t most) {
  for (auto& loop : loops_) loop->list(question, most);
}

void Workers::on(server::Listed& listed) { sink_.onListed(std::move(listed)); }

void Workers::on(const Changed&) {
  if (--awaited_ == 0) sink_.onAllChanged();
}

void Workers::on(const Capturing&) {
  if (--capturingAwaited_ == 0) sink_.onAllCapturing();
}

void Workers::on(const Drained&) {
  if (++drained_ == loops_.size()) sink_.onAllDrained();
}

void Workers::on(const Short& report) {
  for (auto& loop : loops_) loop->giveWay(report.listener);
}

void Workers::on(const server::Waiting& waiting) {
  for (auto& loop : loops_) loop->giveWayTo(waiting);
}

}  // namespace megaphone::app
