// Route: by which way a target is reached: straight, or by another proxy. Pure.
//
// The hop is what is connected to, judged and pooled. The target stays what the client has asked for.
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
    origin,    // requests have the path alone
    absolute,  // requests have the whole URL: the hop is a proxy
    tunnel,    // bytes of the client pass as they are
  };

  std::string_view host;  // of the hop, as Target::host
  std::uint16_t port = 0;
  std::string_view key;  // equal where one connection may serve for another, once it is established
  Form form = Form::origin;
  std::function<std::unique_ptr<Prologue>()> prologue{};  // of each new connection; empty: none
};

// Returns the route straight to the target, whose strings it refers to.
inline Route directTo(const Target& target, bool connect) {
  return {target.host, target.port, target.key, connect ? Route::Form::tunnel : Route::Form::origin, {}};
}

}  // namespace megaphone::proxy
