#include "megaphone/config/load.h"

#include "bounds.h"
#include "checks.h"
#include "file.h"
#include "megaphone/config/descriptors.h"
#include "recovery.h"
#include "table.h"
#include "unknown.h"

namespace megaphone::config {
namespace {

constexpr std::size_t kMostListeners = 1'000;  // of one kind

// Keys for operators' own notes and tools.
bool isReserved(std::string_view key) { return key.starts_with("x-"); }

template <class S>
const Key<S>* findKey(const Section<S>& section, std::string_view name) {
  for (const Key<S>& key : section.keys) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

template <class S>
void readTable(const Section<S>& section, const std::string& header, const TableSite& site, S& out) {
  Report& report = site.report;
  for (const Entry& entry : site.node.entries) {
    if (isReserved(entry.key)) continue;
    const Key<S>* key = findKey(section, entry.key);
    if (!key) {
      report.add(entry.key_span, header + " has no key " + quote(entry.key),
                 report.isFull() ? "" : adviseUnknownKey(section.name, entry.key));
      continue;
    }
    std::visit(
        [&](const auto& field) {
          auto value = read(field.rule, Site{key->name, entry.value, report});
          if (!value) return;
          out.*field.member = std::move(*value);
          site.note(key->name, entry.value.span);
        },
        key->field);
  }
  for (const Key<S>& key : section.keys) {
    if (!key.required || site.node.find(key.name) || !report.hasAllParts()) continue;
    report.add(site.node.span, header + " needs " + std::string(key.name),
               "for example " + std::string(key.name) + " = \"127.0.0.1:7007\"");
  }
  applyBounds(site, out);
}

// Reads the tables of the root that belong to one section, whether it is one table or any number of them.
struct ReadSection {
  const Node& root;
  Settings& settings;
  Provenance& provenance;
  Report& report;

  TableSite site(std::string_view section, std::size_t index, const Node& table) const {
    return {section, index, table, settings.file, provenance, report};
  }

  template <class S>
  void operator()(const Section<S>& section, S Settings::*member) const {
    const Entry* entry = root.find(section.name);
    if (!entry) return;
    const std::string header = headerText({section.name, false, {}, {}});
    if (entry->value.kind == Node::Kind::table) {
      readTable(section, header, site(section.name, 0, entry->value), settings.*member);
    } else {
      report.add(entry->value.span, quote(section.name) + " must be one table", "write " + header);
    }
  }

  template <class S>
  void operator()(const Section<S>& section, std::vector<S> Settings::*member) const {
    const Entry* entry = root.find(section.name);
    if (!entry) return;
    const std::string header = headerText({section.name, true, {}, {}});
    if (entry->value.kind != Node::Kind::array) {
      report.add(entry->value.span, quote(section.name) + " must be an array of tables",
                 "write " + header + "; there can be any number of them");
      return;
    }
    if (entry->value.elements.size() > kMostListeners) {
      report.add(entry->key_span, "there are " + std::to_string(entry->value.elements.size()) + " of " + header,
                 "there can be " + std::to_string(kMostListeners) + "; one of them can listen on many addresses");
      return;
    }
    for (const Node& element : entry->value.elements) {
      if (element.kind != Node::Kind::table) {
        report.add(element.span, quote(section.name) + " must hold tables only", "write " + header);
        continue;
      }
      const std::size_t index = (settings.*member).size();
      S& listener = (settings.*member).emplace_back();
      listener.position = element.span.begin;
      readTable(section, header, site(section.name, index, element), listener);
    }
  }
};

void checkSections(const Node& root, Report& report) {
  for (const Entry& entry : root.entries) {
    bool known = isReserved(entry.key);
    for (const SectionInfo& section : describe()) known = known || section.name == entry.key;
    if (known) continue;
    const bool table = entry.value.kind == Node::Kind::table || entry.value.kind == Node::Kind::array;
    report.add(entry.key_span,
               table ? "there is no section " + quote(entry.key) : quote(entry.key) + " is outside of all sections",
               report.isFull() ? "" : adviseUnknownSection(entry.key));
  }
}

void checkTogether(const Node& root, const Settings& settings, const Machine& machine, Report& report) {
  checkNames(root, report);
  checkAddresses(root, report);
  checkHandedSockets(root, machine, report);
  checkOpenProxies(root, settings, machine, report);
  if (report.hasAllParts()) checkSomethingListens(root, report);
  checkFiles(root, settings, machine, report);
  if (machine.occasion == Occasion::check) checkStart(root, settings, report);
  checkLookups(root, settings, report);
  if (!report.hasErrors()) checkDescriptors(root, settings, machine, report);
}

}  // namespace

Loaded parse(std::string_view text, const std::string& name, const Machine& machine) {
  Loaded out;
  Report report(text);
  if (const auto root = readMending(text, report)) {
    Settings settings;
    settings.file = name;
    checkSections(*root, report);
    forEachSection(ReadSection{*root, settings, out.provenance, report});
    nameListeners(settings);
    const std::string lowered = fitDefaults(settings, out.provenance, machine);
    if (!lowered.empty() && machine.occasion == Occasion::start) report.note(lowered, std::string(kDescriptorAdvice));
    checkTogether(*root, settings, machine, report);
    if (!report.hasErrors()) out.settings = std::move(settings);
  }
  out.problems = report.take();
  return out;
}

Loaded load(const std::string& path, const Machine& machine) {
  std::string text;
  const FileError error = readFile(path, machine.occasion == Occasion::reload ? Pipes::refused : Pipes::read, text);
  if (error.what.empty()) return parse(text, path, machine);
  Loaded out;
  Problem problem;
  problem.message = error.what;
  problem.help = error.help;
  out.problems.push_back(std::move(problem));
  return out;
}

}  // namespace megaphone::config
