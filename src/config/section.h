// Section: the contents of a table of the file, as data: keys with their rules, and tables inside of it. Reading,
// printing and describing the whole file is this, from its root on.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "list_rule.h"
#include "rules.h"
#include "table_reader.h"
#include "table_writer.h"

namespace megaphone::config {

// A member of S and the rule by which it is written.
template <class S>
class Field {
 public:
  virtual ~Field() = default;
  // Reads the value, or reports why not. `places`: the place of each value of a list.
  virtual bool read(const Site& site, S& out, std::vector<Span>& places) const = 0;
  virtual std::string write(const S& values) const = 0;
  virtual void describe(KeyInfo& out) const = 0;
};

// Tables inside of S: one, or any number of them.
template <class S>
class Tables {
 public:
  virtual ~Tables() = default;
  virtual std::string_view name() const = 0;
  virtual void read(const Entry& entry, const TablePath& around, const TableReader& reader, S& out) const = 0;
  virtual void write(const S& values, const TablePath& around, TableWriter& writer) const = 0;
  virtual SectionInfo describe(const TablePath& around) const = 0;
};

template <class S>
struct Key {
  std::string_view name;
  std::shared_ptr<const Field<S>> field;
  std::string_view doc;
  bool required = false;
};

template <class S>
struct Section {
  std::string_view name;
  std::string_view doc;
  std::vector<Key<S>> keys;
  std::vector<std::shared_ptr<const Tables<S>>> tables{};
};

template <class S>
SectionInfo describeSection(const Section<S>& section, const TablePath& path) {
  static const S standard;
  SectionInfo out{path.header, path.repeated, section.doc, {}, {}};
  for (const Key<S>& key : section.keys) {
    KeyInfo& info = out.keys.emplace_back();
    info.name = key.name;
    info.doc = key.doc;
    info.required = key.required;
    key.field->describe(info);
    if (!key.required) info.standard = key.field->write(standard);
  }
  for (const auto& tables : section.tables) out.tables.push_back(tables->describe(path));
  return out;
}

template <class S>
void readEntry(const Section<S>& section, const TablePath& path, const Entry& entry, const TableReader& reader,
               S& out) {
  for (const Key<S>& key : section.keys) {
    if (key.name != entry.key) continue;
    std::vector<Span> places;
    const bool good = key.field->read(reader.site(key.name, entry.value), out, places);
    return reader.note(path.id(key.name), entry.value, good, std::move(places));
  }
  for (const auto& tables : section.tables) {
    if (tables->name() == entry.key) return tables->read(entry, path, reader, out);
  }
  reader.refuseUnknown(path, entry, [&] { return describeSection(section, path); });
}

// Reads the table, and reports all problems in it.
template <class S>
void readTable(const Section<S>& section, const TablePath& path, const Node& table, const TableReader& reader, S& out) {
  for (const Entry& entry : table.entries) {
    if (!TableReader::isReserved(entry.key)) readEntry(section, path, entry, reader, out);
  }
  for (const Key<S>& key : section.keys) {
    if (key.required && !table.find(key.name)) reader.refuseMissing(path, table, key.name);
  }
}

template <class S>
void writeTable(const Section<S>& section, const S& values, const TablePath& path, TableWriter& writer) {
  if (!path.header.empty()) writer.begin(path);
  for (const Key<S>& key : section.keys) writer.add(path.id(key.name), key.field->write(values));
  writer.end();
  for (const auto& tables : section.tables) tables->write(values, path, writer);
}

template <class S, class T, class Rule>
class RuledField final : public Field<S> {
 public:
  RuledField(T S::*member, Rule rule) : member_(member), rule_(std::move(rule)) {}
  bool read(const Site& site, S& out, std::vector<Span>& places) const override {
    return readInto(rule_, site, out.*member_, places);
  }
  std::string write(const S& values) const override { return config::write(rule_, values.*member_); }
  void describe(KeyInfo& out) const override { config::describe(rule_, out); }

 private:
  T S::*member_;
  Rule rule_;
};

// [name]
template <class S, class T>
class OneTable final : public Tables<S> {
 public:
  OneTable(T S::*member, Section<T> section) : member_(member), section_(std::move(section)) {}
  std::string_view name() const override { return section_.name; }
  void read(const Entry& entry, const TablePath& around, const TableReader& reader, S& out) const override {
    const TablePath path = around.inside(section_.name, false);
    if (!reader.isOneTable(path, entry)) return;
    reader.note(path.id({}), entry.value, true);
    readTable(section_, path, entry.value, reader, out.*member_);
  }
  void write(const S& values, const TablePath& around, TableWriter& writer) const override {
    writeTable(section_, values.*member_, around.inside(section_.name, false), writer);
  }
  SectionInfo describe(const TablePath& around) const override {
    return describeSection(section_, around.inside(section_.name, false));
  }

 private:
  T S::*member_;
  Section<T> section_;
};

// [[name]]
template <class S, class T>
class ManyTables final : public Tables<S> {
 public:
  ManyTables(std::vector<T> S::*member, Section<T> section) : member_(member), section_(std::move(section)) {}
  std::string_view name() const override { return section_.name; }
  void read(const Entry& entry, const TablePath& around, const TableReader& reader, S& out) const override {
    TablePath path = around.inside(section_.name, true);
    if (!reader.areTables(path, entry)) return;
    std::vector<T>& all = out.*member_;
    for (const Node& table : entry.value.elements) {
      if (!reader.isElement(path, table)) continue;
      path.index = all.size();
      T& one = all.emplace_back();
      if constexpr (requires { one.position; }) one.position = table.span.begin;
      reader.note(path.id({}), table, true);
      readTable(section_, path, table, reader, one);
    }
  }
  void write(const S& values, const TablePath& around, TableWriter& writer) const override {
    TablePath path = around.inside(section_.name, true);
    for (const T& one : values.*member_) {
      writeTable(section_, one, path, writer);
      ++path.index;
    }
  }
  SectionInfo describe(const TablePath& around) const override {
    return describeSection(section_, around.inside(section_.name, true));
  }

 private:
  std::vector<T> S::*member_;
  Section<T> section_;
};

// Make the parts of a section. The member of a field may be one of a base of S.
template <class S, class Base, class T, class Rule>
std::shared_ptr<const Field<S>> field(T Base::*member, Rule rule) {
  return std::make_shared<const RuledField<S, T, Rule>>(member, std::move(rule));
}
template <class S, class T>
std::shared_ptr<const Tables<S>> table(T S::*member, Section<T> section) {
  return std::make_shared<const OneTable<S, T>>(member, std::move(section));
}
template <class S, class T>
std::shared_ptr<const Tables<S>> tables(std::vector<T> S::*member, Section<T> section) {
  return std::make_shared<const ManyTables<S, T>>(member, std::move(section));
}

}  // namespace megaphone::config
