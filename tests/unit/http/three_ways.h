// Each parser case is fed whole, byte by byte, and with a tail (where the bytes end with a message): same events, and
// the tail is left alone.
#pragma once

#include "feeder.h"

namespace megaphone::http::testing {

void expectRequests(std::string_view bytes, const std::vector<std::string>& events, const HeadLimits& limits = {});
void expectResponses(std::string_view bytes, const Answers& answers, const std::vector<std::string>& events,
                     const HeadLimits& limits = {});

}  // namespace megaphone::http::testing
