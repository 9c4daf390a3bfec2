#include "megaphone/config/load.h"

#include "checks.h"
#include "file.h"
#include "table.h"
#include "unknown.h"

namespace megaphone::config {
namespace {

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
void readTable(const Section<S>& section, const std::string& header, const Node& table, S& out, Report& report) {
  for (const Entry& entry : table.entries) {
    if (isReserved(entry.key)) continue;
    const Key<S>* key = findKey(section, entry.key);
    if (!key) {
      report.add(entry.key_span, header + " has no key " + quote(entry.key), adviseUnknownKey(section.name, entry.key));
      continue;
    }
    std::visit(
        [&](const auto& field) {
          if (auto value = read(field.rule, Site{key->name, entry.value, report}))
            out.*field.member = std::move(*value);
        },
        key->field);
  }
  for (const Key<S>& key : section.keys) {
    if (!key.required || table.find(key.name)) continue;
    report.add(table.span, header + " needs " + std::string(key.name),
               "for example " + std::string(key.name) + " = \"127.0.0.1:7007\"");
  }
}

// Reads the tables of the root that belong to one section, whether it is one table or any number of them.
struct ReadSection {
  const Node& root;
  Settings& settings;
  Report& report;

  template <class S>
  void operator()(const Section<S>& section, S Settings::*member) const {
    const Entry* entry = root.find(section.name);
    if (!entry) return;
    const std::string header = headerText({section.name, false, {}, {}});
    if (entry->value.kind == Node::Kind::table) {
      readTable(section, header, entry->value, settings.*member, report);
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
    for (const Node& element : entry->value.elements) {
      if (element.kind != Node::Kind::table) {
        report.add(element.span, quote(section.name) + " must hold tables only", "write " + header);
        continue;
      }
      S& listener = (settings.*member).emplace_back();
      listener.position = element.span.begin;
      readTable(section, header, element, listener, report);
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
               table ? "there is no section " + quote(entry.key) : quote(entry.key) + " stands outside of all sections",
               adviseUnknownSection(entry.key));
  }
}

Settings readSettings(const Node& root, Report& report) {
  Settings settings;
  checkSections(root, report);
  forEachSection(ReadSection{root, settings, report});
  checkNames(root, report);
  checkAddresses(root, report);
  checkBounds(root, settings, report);
  checkSomethingListens(root, report);
  nameListeners(settings);
  return settings;
}

}  // namespace

Loaded parse(std::string_view text, const std::string& name) {
  Loaded out;
  Report report(text);
  const Document document = readDocument(text);
  if (document.root) {
    Settings settings = readSettings(*document.root, report);
    settings.file = name;
    if (report.empty()) out.settings = std::move(settings);
  } else {
    report.add(document.error_span, document.error, "this is not TOML; nothing behind it has been looked at");
  }
  out.problems = report.take();
  return out;
}

Loaded load(const std::string& path) {
  std::string text;
  const FileError error = readFile(path, text);
  if (error.what.empty()) return parse(text, path);
  Loaded out;
  Problem problem;
  problem.message = error.what;
  problem.help = error.help;
  out.problems.push_back(std::move(problem));
  return out;
}

}  // namespace megaphone::config
