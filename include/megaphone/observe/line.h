// A record as one line of the access log, in one of four formats. Pure. docs/logs.md shows all of them.
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

// Each appends the line with its end of line.

// One object, and the same as key=value. Members are in a fixed order. One is absent where it has no meaning (a tunnel
// has no datagrams) or was not reached (no ms_connect, where nothing was connected).
//
//   time            of the beginning; RFC 3339, UTC, microseconds
//   id              a number
//   listener, kind  its name; "http", "connect", "tcp" or "udp"
//   client          address and port; absent in a sum over several clients
//   method, target, status        http and connect only; status as sent
//   client_in, client_out         bytes
//   origin_in, origin_out         bytes; http and connect only
//   origin, reused                the address that was used, and whether its connection was a kept one
//   client_request                the n-th of its connection
//   ms_head, ms_resolve, ms_connect, ms_upload, ms_first_byte   the phases of ExchangeRecord
//   datagrams_in, datagrams_out   udp only
//   ms_total
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

// As Apache and nginx write it, with the end in words, id and milliseconds behind it; and as squid writes it, with the
// end in words and id behind it.
void appendCombinedLine(std::string& out, const record::ExchangeRecord& record, const LineOptions& options);
void appendSquidLine(std::string& out, const record::ExchangeRecord& record, const LineOptions& options);

// REQUIRES: format is not `inherit`.
void appendLine(std::string& out, const record::ExchangeRecord& record, config::LogFormat format,
                const LineOptions& options);

}  // namespace megaphone::observe
