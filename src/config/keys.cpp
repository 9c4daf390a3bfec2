#include "megaphone/config/keys.h"

#include "table.h"

namespace megaphone::config {
namespace {

template <class S>
KeyInfo keyInfo(const Key<S>& key) {
  static const S standard;
  KeyInfo out;
  out.name = key.name;
  out.doc = key.doc;
  out.required = key.required;
  std::visit(
      [&](const auto& field) {
        explain(field.rule, out);
        if (!key.required) out.standard = write(field.rule, standard.*field.member);
      },
      key.field);
  return out;
}

template <class S>
SectionInfo sectionInfo(const Section<S>& section, bool repeated) {
  SectionInfo out{section.name, repeated, section.doc, {}};
  for (const Key<S>& key : section.keys) out.keys.push_back(keyInfo(key));
  return out;
}

// Describes one struct or each of a vector of them.
struct Describe {
  std::vector<SectionInfo>& out;
  template <class S>
  void operator()(const Section<S>& section, S Settings::*) const {
    out.push_back(sectionInfo(section, false));
  }
  template <class S>
  void operator()(const Section<S>& section, std::vector<S> Settings::*) const {
    out.push_back(sectionInfo(section, true));
  }
};

}  // namespace

const std::vector<SectionInfo>& describe() {
  static const std::vector<SectionInfo> all = [] {
    std::vector<SectionInfo> out;
    forEachSection(Describe{out});
    return out;
  }();
  return all;
}

std::string_view typeText(KeyInfo::Type type) {
  switch (type) {
    case KeyInfo::Type::flag: return "true or false";
    case KeyInfo::Type::number: return "a whole number";
    case KeyInfo::Type::duration: return "a duration in quotes";
    case KeyInfo::Type::size: return "a size in quotes";
    case KeyInfo::Type::choice: return "a word in quotes";
    case KeyInfo::Type::name: return "a name in quotes";
    case KeyInfo::Type::text: return "a text in quotes";
    case KeyInfo::Type::path: return "a path in quotes";
    case KeyInfo::Type::addresses: return "an address in quotes or an array of them";
    case KeyInfo::Type::networks: return "a network in quotes or an array of them";
    case KeyInfo::Type::hosts: return "a host in quotes or an array of them";
    case KeyInfo::Type::domains: return "a domain in quotes or an array of them";
    case KeyInfo::Type::ports: return "a port, a range of ports in quotes, or an array of them";
  }
  return "a value";
}

std::string headerText(const SectionInfo& section) {
  const std::string name(section.name);
  return section.repeated ? "[[" + name + "]]" : "[" + name + "]";
}

}  // namespace megaphone::config
