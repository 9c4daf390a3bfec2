#include "megaphone/config/keys.h"

#include "table.h"

namespace megaphone::config {
const std::vector<SectionInfo>& describe() {
  static const SectionInfo file = describeSection(fileSection(), TablePath{});
  return file.tables;
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

std::string headerText(const SectionInfo& section) { return TablePath{section.name, section.repeated}.text(); }

std::string toToml(const Settings& settings) {
  TableWriter writer(nullptr);
  writeTable(fileSection(), settings, TablePath{}, writer);
  return writer.take();
}

std::string toToml(const Settings& settings, const Provenance& provenance) {
  TableWriter writer(&provenance);
  writeTable(fileSection(), settings, TablePath{}, writer);
  return writer.take();
}

}  // namespace megaphone::config
