// list: the connections of clients at this moment, on all loops.
#include "command.h"
#include "megaphone/base/ascii.h"
#include "megaphone/command/commands.h"
#include "megaphone/observe/line.h"
#include "table.h"

namespace megaphone::control {
namespace {

constexpr std::size_t kWidestTarget = 48;

// One object to a line. The targets have been shortened already as the access log has them.
std::string json(const LiveList& list) {
  std::string out;
  for (const auto& connection : list.connections) observe::appendJsonLine(out, connection, {.query_strings = true});
  return out;
}

// The word that the status has for the kind of such a connection's listener.
std::string kindOf(const record::ExchangeRecord& record) {
  switch (record.kind) {
    case record::Kind::uppercase_tcp: return "uppercase-tcp";
    case record::Kind::uppercase_udp: return "uppercase-udp";
    case record::Kind::http:
    case record::Kind::connect: break;
  }
  return "proxy";
}

std::string phaseOf(const record::LiveConnection& live) {
  return std::string(word(live)) + (live.record.client_ended == record::kNever ? "" : " (client ended)");
}

std::string targetOf(const record::ExchangeRecord& record) {
  if (record.method.empty() || record.method == "CONNECT") return record.target;
  return record.method + ' ' + record.target;
}

std::string text(const LiveList& list, Form form) {
  using Align = Table::Align;
  Table table(form, {{"ID", Align::right},
                     {"LISTENER"},
                     {"KIND"},
                     {"CLIENT"},
                     {"PHASE"},
                     {"AGE", Align::right},
                     {"FROM CLIENT", Align::right},
                     {"TO CLIENT", Align::right},
                     {"ORIGIN"},
                     {"TARGET"}});
  for (const record::LiveConnection& live : list.connections) {
    const record::ExchangeRecord& record = live.record;
    table.add({record.id != 0 ? record::idText(record.id) : record::idText(live.connection), record.listener,
               kindOf(record), record.client.text(), phaseOf(live), table.duration(live.age),
               table.bytes(record.client_in), table.bytes(record.client_out),
               record.origin ? record.origin->text() : "-", table.cut(targetOf(record), kWidestTarget)});
  }
  std::string out = table.text();
  if (list.total > list.connections.size())
    out += std::to_string(list.connections.size()) + " of " + std::to_string(list.total) + " connections, and " +
           std::to_string(list.total - list.connections.size()) + " more with a higher limit\n";
  if (list.silentLoops > 0)
    out += std::to_string(list.silentLoops) + (list.silentLoops == 1 ? " event loop" : " event loops") +
           " did not answer in time; those connections are missing\n";
  return out;
}

void run(const Request& request, Daemon& daemon, Answer answer) {
  const auto form = readForm(request);
  if (const auto* mistake = std::get_if<Mistake>(&form)) return answer.failed(*mistake);
  constexpr std::uint64_t kMost = command::kMostListed;
  const auto most = ascii::parseDecimal(request.option("limit").value_or(std::to_string(kMost)), kMost);
  if (!most || *most == 0)
    return answer.failed(Mistake{"limit is not a number in its range", "it can be from 1 to " + std::to_string(kMost)});
  daemon.list(static_cast<std::size_t>(*most), [answer, form = std::get<Form>(form)](const LiveList& list) {
    answer.done(form == Form::json ? json(list) : text(list, form));
  });
}

}  // namespace

const Command kList{"list", run};

}  // namespace megaphone::control
