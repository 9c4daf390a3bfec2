// The JSON Schema: a tree of JSON values, then its text with one member to a line.
#include <initializer_list>
#include <utility>

#include "megaphone/base/json.h"
#include "megaphone/base/text.h"
#include "megaphone/config/keys.h"

namespace megaphone::config {
namespace {

// A JSON value whose members keep their order.
class Json {
 public:
  using Member = std::pair<std::string, Json>;

  // Returns a value from its text: a number, true, "a text".
  static Json literal(std::string_view written) {
    Json out(Kind::literal);
    out.written_ = written;
    return out;
  }
  static Json text(std::string_view text) {
    Json out(Kind::literal);
    json::appendText(out.written_, text);
    return out;
  }
  static Json array(std::vector<Json> elements) {
    Json out(Kind::array);
    for (Json& each : elements) out.members_.emplace_back("", std::move(each));
    return out;
  }
  static Json object(std::vector<Member> members = {}) {
    Json out(Kind::object);
    out.members_ = std::move(members);
    return out;
  }

  Json& add(std::string_view name, Json value) {
    members_.emplace_back(name, std::move(value));
    return *this;
  }
  // Adds the members of another object.
  Json& merge(Json other) {
    for (Member& each : other.members_) members_.push_back(std::move(each));
    return *this;
  }

  // Returns the text. `margin`: blanks in front of the lines of an object that is spread.
  std::string written(const std::string& margin = "") const {
    if (kind_ == Kind::literal) return written_;
    const std::string inner = margin + "  ";
    std::vector<std::string> parts;
    for (const Member& each : members_)
      parts.push_back((kind_ == Kind::object ? concat("\"", each.first, "\": ") : "") + each.second.written(inner));
    if (kind_ == Kind::array) return concat("[", joined(parts, ", "), "]");
    if (!spread_) return concat("{", joined(parts, ", "), "}");
    return concat("{\n", inner, joined(parts, ",\n" + inner), "\n", margin, "}");
  }
  // Gives each member of the object a line of its own.
  Json& spread() {
    spread_ = true;
    return *this;
  }

 private:
  enum class Kind : std::uint8_t { literal, array, object };

  explicit Json(Kind kind) : kind_(kind) {}

  Kind kind_;
  bool spread_ = false;
  std::string written_;
  std::vector<Member> members_;
};

Json anyOf(std::vector<Json> forms) {
  if (forms.size() == 1) return std::move(forms.front());
  return Json::object().add("anyOf", Json::array(std::move(forms)));
}

Json typed(std::string_view type) { return Json::object().add("type", Json::text(type)); }

Json integers(std::string_view lowest, std::string_view highest) {
  return typed("integer").add("minimum", Json::literal(lowest)).add("maximum", Json::literal(highest));
}

Json oneOf(const std::vector<std::string_view>& words) {
  std::vector<Json> out;
  for (const std::string_view word : words) out.push_back(Json::text(word));
  return Json::object().add("enum", Json::array(std::move(out)));
}

// Returns the form of one value, without the array that it may stand in.
Json single(const KeyInfo& key) {
  std::vector<Json> forms;
  if (key.type == KeyInfo::Type::flag) forms.push_back(typed("boolean"));
  if (key.type == KeyInfo::Type::number) forms.push_back(integers(key.lowest, key.highest));
  if (key.type == KeyInfo::Type::ports) forms.push_back(integers("1", "65535"));
  if (!key.words.empty()) forms.push_back(oneOf(key.words));
  if (!key.pattern.empty()) forms.push_back(typed("string").add("pattern", Json::text(key.pattern)));
  return anyOf(std::move(forms));
}

Json values(const KeyInfo& key) {
  Json one = single(key);
  if (!key.list) return one;
  Json list = typed("array");
  if (!key.may_be_empty) list.add("minItems", Json::literal("1"));
  list.add("items", one);
  return anyOf({std::move(one), std::move(list)});
}

std::string description(const KeyInfo& key) {
  if (key.lowest.empty()) return std::string(key.doc);
  return concat(key.doc, " From ", key.lowest, " to ", key.highest, ".");
}

Json property(const KeyInfo& key) {
  Json out = Json::object().add("description", Json::text(description(key)));
  if (!key.required) out.add("default", Json::literal(key.standard));  // it is written alike in TOML and in JSON
  return out.merge(values(key)).spread();
}

// Allows keys that begin with "x-": notes and tools of operators, in any form.
void allowNotes(Json& out) {
  out.add("patternProperties", Json::object().add("^x-", Json::object()));
  out.add("additionalProperties", Json::literal("false"));
}

Json member(const SectionInfo& section);

Json table(const SectionInfo& section) {
  Json properties = Json::object();
  std::vector<Json> required;
  for (const KeyInfo& key : section.keys) {
    properties.add(key.name, property(key));
    if (key.required) required.push_back(Json::text(key.name));
  }
  for (const SectionInfo& inner : section.tables)
    properties.add(std::string_view(inner.name).substr(inner.name.rfind('.') + 1), member(inner));
  Json out = Json::object().add("description", Json::text(section.doc)).add("type", Json::text("object"));
  if (!required.empty()) out.add("required", Json::array(std::move(required)));
  out.add("properties", properties.spread());
  allowNotes(out);
  return out.spread();
}

Json member(const SectionInfo& section) {
  if (!section.repeated) return table(section);
  return Json::object()
      .add("description", Json::text(section.doc))
      .add("type", Json::text("array"))
      .add("items", table(section))
      .spread();
}

}  // namespace

std::string toJsonSchema() {
  Json sections = Json::object();
  std::vector<Json> listeners;
  for (const SectionInfo& section : describe()) {
    sections.add(section.name, member(section));
    if (section.repeated) listeners.push_back(Json::object().add("required", Json::array({Json::text(section.name)})));
  }
  Json out = Json::object()
                 .add("$schema", Json::text("http://json-schema.org/draft-07/schema#"))
                 .add("title", Json::text("megaphone.toml"))
                 .add("description", Json::text("The configuration of megaphoned."))
                 .add("type", Json::text("object"))
                 .merge(anyOf(std::move(listeners)))
                 .add("properties", sections.spread());
  allowNotes(out);
  return out.spread().written() + "\n";
}

}  // namespace megaphone::config
