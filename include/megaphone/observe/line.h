// A record as one line of the access log, in one of five formats. Pure. megaphone-logs(5) shows all of them, and
// promises what stays.
//
// Whatever a peer sent, a line stays one line, is valid UTF-8, and commands no terminal. User information in a target
// is left out in any case; what follows '?' is replaced by '-' unless query strings are wanted.
#pragma once

#include <string>

#include "megaphone/config/settings.h"
#include "megaphone/record/exchange_record.h"
#include "megaphone/record/live_connection.h"

namespace megaphone::observe {

struct LineOptions {
  bool query_strings = false;
};

// Of the members below and of those of the status: raised when one is renamed, removed or changes its meaning, not when
// one is added.
inline constexpr unsigned kSchema = 1;

// Returns what lines of that format have of a request's head.
struct Fields {
  bool user_agent = false;
  bool referer = false;
};
Fields has(config::LogFormat format);

// Each appends the line with its end of line.

// One object, and the same as key=value. Members are in a fixed order. One is absent where it has no meaning (a tunnel
// has no datagrams) or was not reached (no ms_connect, where nothing was connected).
//
//   time            of the beginning; RFC 3339, UTC, microseconds
//   id              such as "k3f9-1-42"
//   listener, kind  its name; "http", "connect", "tcp" or "udp"
//   client          address and port; absent in a sum over several clients
//   method, target, status        http and connect only; status as sent
//   user_agent                    as sent, bounded; where there was one
//   client_in, client_out         bytes
//   origin_in, origin_out         bytes; http and connect only
//   origin, reused                the address that was used, and whether its connection was a kept one
//   client_request                the n-th of its connection
//   ms_head, ms_resolve, ms_connect, ms_upload, ms_first_byte   the phases of ExchangeRecord
//   datagrams_in, datagrams_out   udp only
//   ms_total
//   ms_client_ended               from the beginning to the end of the client's sending, where that came before the end
//   reason, ended_by              absent where it ran to its end; a tunnel or TCP session has who closed first
//   end                           "complete", or who did what in which phase: record::appendEnd
//   detail                        a sentence, where there is one
void appendJsonLine(std::string& out, const record::ExchangeRecord& record, const LineOptions& options);
void appendLogfmtLine(std::string& out, const record::ExchangeRecord& record, const LineOptions& options);

// One object for what is not over. Instead of how it ended it has
//
//   phase           "idle", "head", "connect", "upload", "answer", "body", "tunnel", "open" or "ending"
//   ms_age          since it began, which is `time`, too; of an idle connection, since it is idle. That one has no id
void appendJsonLine(std::string& out, const record::LiveConnection& live, const LineOptions& options);

// A target as lines have it.
std::string shownTarget(std::string_view target, const LineOptions& options);

// As Apache and nginx write it, with the end in words, id and milliseconds behind it.
void appendCombinedLine(std::string& out, const record::ExchangeRecord& record, const LineOptions& options);
// As squid writes it; the end in words and id stand behind it where squid has the fields of heads (log_mime_hdrs).
void appendSquidLine(std::string& out, const record::ExchangeRecord& record, const LineOptions& options);
// In columns for eyes: time of the end (UTC), client, method, status, bytes to the client, milliseconds, end, target,
// id, detail.
void appendTextLine(std::string& out, const record::ExchangeRecord& record, const LineOptions& options);

// REQUIRES: format is not `inherit`.
void appendLine(std::string& out, const record::ExchangeRecord& record, config::LogFormat format,
                const LineOptions& options);

}  // namespace megaphone::observe
