// Guides: how browsers, systems and programs are told to use the proxy, how to see that they do, and how to undo it.
// Pure.
//
// One table (src/setup/guides.cpp) is what "megaphone setup" prints and what the proxy shows at /setup.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/base/host_port.h"

namespace megaphone::setup {

// Lines of a step: those that begin with two blanks are typed, in a shell unless they say otherwise; the others are
// read.
struct Guide {
  std::string_view name;   // "curl"
  std::string_view title;  // "curl, whoever starts it"
  std::string_view use;
  std::string_view test;   // by the proxy's own page, where that is possible
  std::string_view https;  // the same by a site beyond it
  std::string_view undo;
};

std::span<const Guide> guides();

// Whether its program is given the PAC file.
bool usesPac(const Guide& guide);

// "http://127.0.0.1:3128/proxy.pac": for whatever asks for the address of a script.
std::string pacUrl(const HostPort& proxy);

struct Step {
  std::string_view heading;
  std::string text;  // of ended lines, with the proxy's address in it
};
std::vector<Step> steps(const Guide& guide, const HostPort& proxy);

// The whole guide in plain text: its title, and each step under its heading.
std::string guideText(const Guide& guide, const HostPort& proxy);

}  // namespace megaphone::setup
