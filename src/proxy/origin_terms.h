// Reads from the heads of an exchange how long the origin's connection lasts and which clients it may serve. Private to
// proxy.
#pragma once

#include "megaphone/base/mono_time.h"
#include "megaphone/http/head.h"

namespace megaphone::proxy {

// Returns whether the origin keeps the connection open after this answer (RFC 9112 section 9.3).
bool originPersists(const http::ResponseHead& head);

// Returns how long the connection may be idle and still be used, by timeout and max in Keep-Alive or Connection (in no
// RFC): a margin less than stated, so that it is not closed just as a request is sent. Zero: not at all;
// Duration::max(): not stated.
Duration keepAliveTime(const http::Fields& fields);

// Returns whether a field names a scheme that authenticates the connection instead of the request: NTLM, and Negotiate
// as used (RFC 4559 section 6). In doubt, true.
bool namesConnectionLogin(const http::Fields& fields);

// Returns the same for WWW-Authenticate.
bool offersConnectionLogin(const http::Fields& fields);

}  // namespace megaphone::proxy
