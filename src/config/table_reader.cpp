#include "table_reader.h"

#include "unknown.h"

namespace megaphone::config {
namespace {

constexpr std::size_t kMostTables = 1'000;  // of one name

}  // namespace

void TableReader::note(const ValueId& id, const Node& value, bool good, std::vector<Span> places) const {
  std::string origin =
      value.option.empty() ? concat(file_, ":", value.span.begin.line) : concat("option ", value.option);
  if (good) return provenance_.set(id, std::move(origin), value.span, std::move(places));
  provenance_.setUnreadable(id, std::move(origin), value.span, std::move(places));
}

void TableReader::refuseForm(const TablePath& path, const Entry& entry, std::string message, std::string help) const {
  report_.error(entry.value.span, std::move(message), std::move(help));
  note(path.id({}), entry.value, false);
}

bool TableReader::isOneTable(const TablePath& path, const Entry& entry) const {
  if (entry.value.kind == Node::Kind::table) return true;
  refuseForm(path, entry, quote(path.header) + " must be one table", "write " + path.text());
  return false;
}

bool TableReader::areTables(const TablePath& path, const Entry& entry) const {
  if (entry.value.kind != Node::Kind::array) {
    refuseForm(path, entry, quote(path.header) + " must be an array of tables",
               concat("write ", path.text(), "; there can be any number of them"));
    return false;
  }
  const std::size_t count = entry.value.elements.size();
  if (count <= kMostTables) return true;
  report_.error(entry.key_span, concat("there are ", count, " of ", path.text()),
                concat("there can be ", kMostTables, "; one of them can listen on many addresses"));
  note(path.id({}), entry.value, false);
  return false;
}

bool TableReader::isElement(const TablePath& path, const Node& element) const {
  if (element.kind == Node::Kind::table) return true;
  report_.error(element.span, quote(path.header) + " must hold tables only", "write " + path.text());
  note(path.id({}), element, false);
  return false;
}

void TableReader::refuseMissing(const TablePath& path, const Node& table, std::string_view key) const {
  if (!report_.hasAllParts()) return;
  report_.error(table.span, concat(path.text(), " needs ", key), concat("for example ", key, " = \"127.0.0.1:7007\""));
}

void TableReader::refuseUnknown(const TablePath& path, const Entry& entry,
                                const std::function<SectionInfo()>& describe) const {
  const bool advised = !report_.isFull();
  const std::string key = quote(entry.key);
  if (!path.header.empty()) {
    return report_.error(entry.key_span, concat(path.text(), " has no key ", key),
                         advised ? adviseUnknownKey(describe(), entry.key) : "");
  }
  const bool table = entry.value.kind == Node::Kind::table || entry.value.kind == Node::Kind::array;
  report_.error(entry.key_span, table ? "there is no section " + key : key + " is outside of all sections",
                advised ? adviseUnknownSection(entry.key) : "");
}

}  // namespace megaphone::config
