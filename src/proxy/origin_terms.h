// What the heads of an exchange say about the connection to the origin: how long it lives, and whom it may serve.
// Inside of proxy.
#pragma once

#include "megaphone/base/mono_time.h"
#include "megaphone/http/head.h"

namespace megaphone::proxy {

// Whether the origin keeps the connection behind this answer (RFC 9112 section 9.3).
bool originPersists(const http::ResponseHead& head);

// How long the connection may be idle and still be used, by timeout and max in Keep-Alive, or in Connection, as
// servers write them (no RFC does): a margin less than the origin says, so that it does not close as a request goes
// out. Zero: not at all; Duration::max(): it does not say.
Duration keepAliveTime(const http::Fields& fields);

// Whether a field names a scheme that authenticates the connection instead of the request: NTLM, and Negotiate as it is
// in use (RFC 4559 section 6). What cannot be read for certain counts as naming it.
bool namesConnectionLogin(const http::Fields& fields);

// Whether WWW-Authenticate does.
bool offersConnectionLogin(const http::Fields& fields);

}  // namespace megaphone::proxy
