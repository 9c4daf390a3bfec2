// Route: how a target is reached: directly, or through another proxy. Pure.
//
// The hop is connected to, judged and pooled. The target stays the one that the client asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "megaphone/proxy/prologue.h"
#include "megaphone/proxy/target.h"

namespace megaphone::proxy {

struct Route {
  enum class Form : std::uint8_t {
    origin,    // requests have the path only
    absolute,  // requests have the whole URL: the hop is a proxy
    tunnel,    // bytes of the client pass unchanged
  };

  std::string_view host;  // of the hop, as Target::host
  std::uint16_t port = 0;
  std::string_view key;  // equal for connections that may replace each other once established
  Form form = Form::origin;
  std::function<std::unique_ptr<Prologue>()> prologue{};  // makes the prologue of each new connection; empty: none
};

// Returns the direct route to the target, whose strings it refers to.
inline Route directTo(const Target& target, bool connect) {
  return {target.host, target.port, target.key, connect ? Route::Form::tunnel : Route::Form::origin, {}};
}

}  // namespace megaphone::proxy
