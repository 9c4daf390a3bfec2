// A record as one line of JSON: the format of the access log. Pure.
//
// Keys are in a fixed order. A key is absent where it has no meaning (a tunnel has no datagrams) or was not reached (no
// ms_connect, where nothing was connected). Every line is valid JSON and valid UTF-8, whatever a peer sent.
#pragma once

#include <string>

#include "megaphone/record/exchange_record.h"

namespace megaphone::observe {

struct JsonLineOptions {
  bool query_strings = false;  // false: what follows '?' in a target is replaced by '-'
};

// Appends the line with its end of line. User information in a target is left out in any case.
//
//   time            of the beginning; RFC 3339, UTC, microseconds
//   id              a number
//   listener, kind  its name; "http", "connect", "tcp" or "udp"
//   client          address and port; absent in a sum over several clients
//   method, target, status        http and connect only; status as sent
//   client_in, client_out         bytes
//   origin_in, origin_out         bytes; http and connect only
//   datagrams_in, datagrams_out   udp only
//   origin, reused                the address that was used, and whether its connection was a kept one
//   client_request                the n-th of its connection
//   ms_head, ms_resolve, ms_connect, ms_first_byte, ms_total   the phases of ExchangeRecord
//   reason, ended_by              absent where it ran to its end
//   end                           "complete", or the reason
//   detail                        a sentence, where there is one
void appendJsonLine(std::string& out, const record::ExchangeRecord& record, const JsonLineOptions& options);

}  // namespace megaphone::observe
