#include "capture_desk.h"

#include "megaphone/log/log.h"

namespace megaphone::app {
namespace {

capture::Order orderFor(const config::Listener& listener, bool origins) {
  capture::Order order;
  order.scope.listener = listener.name;
  order.origins = origins;
  order.path = listener.capture;
  order.headers_only = listener.capture_headers_only;
  order.file_size = listener.capture_size;
  order.older = listener.capture_files - 1;
  return order;
}

// Two orders with the same text are the same.
std::string textOf(const capture::Order& order) {
  return order.scope.listener + '\n' + order.path + '\n' + std::to_string(order.file_size) + '\n' +
         std::to_string(order.older) + (order.headers_only ? "\nheads" : "");
}

}  // namespace

CaptureDesk::CaptureDesk(uv::Loop& main, std::size_t lanes, std::function<void(const capture::WantedPtr&)> onWanted)
    : onWanted_(std::move(onWanted)),
      news_(main, [this](News&& news) { std::visit([this](const auto& each) { on(each); }, news); }),
      captures_(lanes, *this) {}

Result<capture::Id> CaptureDesk::start(capture::Order order, OnEnd onEnd) {
  const std::string listener = order.scope.listener;
  const std::string where = order.path.empty() ? "a reader" : order.path;
  const std::string how =
      std::string(order.with_secrets ? " with secrets" : "") + (order.headers_only ? " without content" : "");
  auto id = captures_.start(std::move(order));
  if (!id) return id;
  active_[*id] = {listener, where, std::move(onEnd)};
  log::info("capturing listener=" + listener + " to=" + where + how);
  tell();
  return id;
}

void CaptureDesk::follow(const config::Settings& settings) {
  std::map<std::string, capture::Order> wanted;
  const auto gather = [&](const auto& listeners, bool origins) {
    for (const config::Listener& listener : listeners) {
      capture::Order order = orderFor(listener, origins);
      if (!order.path.empty()) wanted.emplace(textOf(order), std::move(order));
    }
  };
  gather(settings.proxies, true);
  gather(settings.uppercase_tcp, false);
  gather(settings.uppercase_udp, false);
  for (const auto& [text, id] : configured_) {
    if (wanted.count(text) == 0) stop(id);
  }
  std::erase_if(configured_, [&](const auto& each) { return wanted.count(each.first) == 0; });
  for (auto& [text, order] : wanted) {
    if (configured_.count(text) > 0) continue;
    auto id = start(std::move(order));
    if (id)
      configured_[text] = *id;
    else
      log::error(describe(id.error()) + "; it is not captured");
  }
}

void CaptureDesk::onCaptureEnded(capture::Id id, capture::Ended ended, const capture::Figures& figures) {
  news_.post(End{id, ended, figures});
}

void CaptureDesk::onCaptureLoses(capture::Id id, int errnum) { news_.post(Loss{id, errnum}); }

void CaptureDesk::on(const Loss& loss) {
  const Active& capture = active_[loss.id];
  const std::string what = "the capture of " + capture.listener + " to " + capture.where + " loses packets";
  log::warningSometimes(
      what, loss.errnum == 0 ? what + ": they come too fast for it" : describe(systemError(loss.errnum, what)));
}

void CaptureDesk::on(const End& end) {
  captures_.forget(end.id);
  auto active = active_.extract(end.id);
  log::info("capture ended listener=" + active.mapped().listener + " why=\"" + std::string(word(end.ended)) +
            "\" packets=" + std::to_string(end.figures.packets) + " bytes=" + std::to_string(end.figures.bytes) +
            " lost=" + std::to_string(end.figures.lost));
  tell();
  if (active.mapped().onEnd) active.mapped().onEnd(end.ended, end.figures);
}

void CaptureDesk::tell() {
  if (onWanted_) onWanted_(captures_.wanted());
}

}  // namespace megaphone::app
