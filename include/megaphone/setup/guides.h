// Guides: how to set browsers, systems and programs to use the proxy, how to check it, and how to undo it. Pure.
//
// "megaphone setup" and the proxy's page /setup show the same table (src/setup/guides.cpp).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/base/host_port.h"

namespace megaphone::setup {

// One guide. In its steps, lines that begin with two blanks are to be typed, in a shell unless they say otherwise; the
// others are to be read.
struct Guide {
  std::string_view name;   // "curl"
  std::string_view title;  // "curl, whoever starts it"
  std::string_view use;
  std::string_view test;   // checks with the proxy's own page, where that is possible
  std::string_view https;  // checks with a site beyond the proxy
  std::string_view undo;
};

std::span<const Guide> guides();

// Returns whether the guide's program is given the PAC file.
bool usesPac(const Guide& guide);

// Returns the URL of the PAC file: "http://127.0.0.1:3128/proxy.pac".
std::string pacUrl(const HostPort& proxy);

struct Step {
  std::string_view heading;
  std::string text;  // lines, each with its line feed, with the proxy's address filled in
};
std::vector<Step> steps(const Guide& guide, const HostPort& proxy);

// Returns the whole guide in plain text: its title, and each step under its heading.
std::string guideText(const Guide& guide, const HostPort& proxy);

}  // namespace megaphone::setup
