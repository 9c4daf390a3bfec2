// Settings as text: a file that load() reads to the same settings.
#include <algorithm>

#include "harmless.h"
#include "megaphone/config/keys.h"
#include "table.h"

namespace megaphone::config {
namespace {

struct Line {
  std::string assignment;
  std::string origin;
};

constexpr std::size_t kWidest = 56;  // a longer value moves its own comment only

void append(const std::vector<Line>& lines, std::string& out) {
  std::size_t width = 0;
  for (const Line& line : lines) {
    if (line.assignment.size() <= kWidest) width = std::max(width, line.assignment.size());
  }
  for (const Line& line : lines) {
    out += line.assignment;
    if (!line.origin.empty()) {
      out.append(line.assignment.size() < width ? width - line.assignment.size() : 0, ' ');
      out += "  # " + harmless(line.origin);
    }
    out += "\n";
  }
}

struct Write {
  const Settings& settings;
  const Provenance* provenance;
  std::string& out;

  template <class S>
  void section(const Section<S>& section, const S& values, bool repeated, std::size_t index) const {
    if (!out.empty()) out += "\n";
    out += headerText({section.name, repeated, {}, {}}) + "\n";
    std::vector<Line> lines;
    for (const Key<S>& key : section.keys) {
      Line& line = lines.emplace_back();
      line.assignment = std::string(key.name) + " = ";
      std::visit([&](const auto& field) { line.assignment += write(field.rule, values.*field.member); }, key.field);
      if (provenance) line.origin = provenance->of({section.name, index, key.name});
    }
    append(lines, out);
  }

  template <class S>
  void operator()(const Section<S>& each, S Settings::*member) const {
    section(each, settings.*member, false, 0);
  }
  template <class S>
  void operator()(const Section<S>& each, std::vector<S> Settings::*member) const {
    std::size_t index = 0;
    for (const S& values : settings.*member) section(each, values, true, index++);
  }
};

}  // namespace

std::string toToml(const Settings& settings) {
  std::string out;
  forEachSection(Write{settings, nullptr, out});
  return out;
}

std::string toToml(const Settings& settings, const Provenance& provenance) {
  std::string out;
  forEachSection(Write{settings, &provenance, out});
  return out;
}

}  // namespace megaphone::config
