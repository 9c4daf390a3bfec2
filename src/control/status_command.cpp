// status: how the daemon is, and what it has done.
#include "command.h"
#include "megaphone/base/ascii.h"
#include "status_json.h"
#include "table.h"

namespace megaphone::control {
namespace {

using Align = Table::Align;

std::string summary(const Status& status) {
  std::string out = "megaphoned " + status.version + ", process " + std::to_string(status.pid) + ", " + status.state +
                    ", up for " + shortDuration(status.uptime) + '\n';
  out += "configuration: " + (status.file.empty() ? "given by options" : status.file) + ", generation " +
         std::to_string(status.generation) + '\n';
  if (status.reload) {
    out += std::string("last reload: ") + (status.reload->done ? "done " : "REFUSED ") +
           shortDuration(status.reload->ago) + " ago; " + status.reload->text + '\n';
  }
  for (const std::string& thread : status.silent) out += thread + " DOES NOT ANSWER\n";
  return out;
}

std::string listeners(const Status& status, Form form) {
  Table table(form, {{"LISTENER"},
                     {"KIND"},
                     {"ADDRESS"},
                     {"CLIENTS", Align::right},
                     {"AT MOST", Align::right},
                     {"ACCEPTED", Align::right},
                     {"CONNECTIONS REFUSED", Align::right}});
  for (const Status::Listener& listener : status.listeners) {
    const auto figure = [&](std::uint64_t Status::Listener::Clients::*member) {
      return listener.clients ? std::to_string(*listener.clients.*member) : std::string("-");
    };
    using Clients = Status::Listener::Clients;
    table.add({listener.name, listener.kind, ascii::join(listener.addresses), figure(&Clients::open),
               figure(&Clients::most), figure(&Clients::accepted), figure(&Clients::refused)});
  }
  return table.text();
}

std::string threads(const Status& status, Form form) {
  Table loops(form, {{"LOOP"}, {"CONNECTIONS", Align::right}, {"TUNNELS", Align::right}, {"ACCEPTED", Align::right}});
  for (std::size_t i = 0; i < status.loops.size(); ++i) {
    const Status::Loop& loop = status.loops[i];
    loops.add({std::to_string(i), std::to_string(loop.connections), std::to_string(loop.tunnels),
               std::to_string(loop.accepted)});
  }
  Table workers(form, {{"WORKER"}, {"PENDING CONNECTS", Align::right}, {"NAMES KEPT", Align::right}});
  for (std::size_t i = 0; i < status.workers.size(); ++i) {
    const Status::Worker& worker = status.workers[i];
    workers.add({std::to_string(i), std::to_string(worker.pending), std::to_string(worker.names)});
  }
  workers.add({"loops", std::to_string(status.pendingOnLoops), "-"});
  return loops.text() + '\n' + workers.text();
}

std::string captures(const Status& status, Form form) {
  if (status.captures.empty()) return "";
  Table table(form, {{"CAPTURE OF"},
                     {"TO"},
                     {"FOR", Align::right},
                     {"PACKETS", Align::right},
                     {"BYTES", Align::right},
                     {"LOST", Align::right},
                     {"CONTENT"},
                     {"SECRETS"}});
  for (const Status::Capture& capture : status.captures) {
    table.add({capture.listener, capture.to.empty() ? "a reader" : capture.to, table.duration(capture.age),
               std::to_string(capture.figures.packets), table.bytes(capture.figures.bytes),
               std::to_string(capture.figures.lost), capture.headersOnly ? "left out" : "shown",
               capture.withSecrets ? "shown" : "hidden"});
  }
  return table.text() + '\n';
}

std::string totals(const Status& status, Form form) {
  const observe::Totals& totals = status.totals;
  Table table(form, {{"TOTAL"}, {"COUNT", Align::right}});
  const auto count = [&](std::string what, std::uint64_t value) {
    table.add({std::move(what), std::to_string(value)});
  };
  for (const observe::CounterRow& row : observe::kCounterRows) {
    const std::uint64_t value = totals[row.count];
    const bool isBytes = row.unit == observe::CounterRow::Unit::bytes;
    if (!row.label.empty()) table.add({std::string(row.label), isBytes ? table.bytes(value) : std::to_string(value)});
  }
  for (std::size_t i = 1; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    if (totals.ended(reason) > 0) count("ended: " + std::string(word(reason)), totals.ended(reason));
  }
  count("access log lines lost", status.accessLogDropped);
  count("captured packets lost", status.packetsLost);
  return table.text();
}

std::string text(const Status& status, Form form) {
  return summary(status) + '\n' + listeners(status, form) + '\n' + threads(status, form) + '\n' +
         captures(status, form) + totals(status, form);
}

void run(const Request& request, Daemon& daemon, Answer answer) {
  const auto form = readForm(request);
  if (const auto* mistake = std::get_if<Mistake>(&form)) return answer.failed(*mistake);
  daemon.status([answer, form = std::get<Form>(form)](const Status& status) {
    answer.done(form == Form::json ? statusJson(status) : text(status, form));
  });
}

}  // namespace

const Command kStatus{"status", run};

}  // namespace megaphone::control
