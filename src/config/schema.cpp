// The JSON Schema, written as text: objects with their members in order, one to a line.
#include "megaphone/config/keys.h"
#include "rules.h"

namespace megaphone::config {
namespace {

class Object {
 public:
  explicit Object(std::size_t depth) : indent_(2 * depth + 2, ' ') {}

  void raw(std::string_view name, std::string_view json) { add(quote(name).append(": ").append(json)); }
  // The members of another object.
  void splice(std::string_view json) { add(json.substr(1, json.size() - 2)); }
  void text(std::string_view name, std::string_view value) { raw(name, quote(value)); }
  std::string close() const { return out_ + "\n" + indent_.substr(2) + "}"; }

 private:
  void add(std::string_view member) { out_.append(out_.empty() ? "{\n" : ",\n").append(indent_).append(member); }

  std::string indent_;
  std::string out_;
};

std::string anyOf(const std::vector<std::string>& forms) {
  if (forms.size() == 1) return forms.front();
  std::string out = "{\"anyOf\": [";
  for (const std::string& form : forms) out.append(&form == &forms.front() ? "" : ", ").append(form);
  return out + "]}";
}

std::string integers(std::string_view lowest, std::string_view highest) {
  return "{\"type\": \"integer\", \"minimum\": " + std::string(lowest) + ", \"maximum\": " + std::string(highest) + "}";
}

std::string oneOf(const std::vector<std::string_view>& words) {
  std::string out = "{\"enum\": [";
  for (const std::string_view word : words) out.append(word == words.front() ? "" : ", ").append(quote(word));
  return out + "]}";
}

// One value, without the array that it may stand in.
std::string single(const KeyInfo& key) {
  std::vector<std::string> forms;
  if (key.type == KeyInfo::Type::flag) forms.emplace_back("{\"type\": \"boolean\"}");
  if (key.type == KeyInfo::Type::number) forms.push_back(integers(key.lowest, key.highest));
  if (key.type == KeyInfo::Type::ports) forms.push_back(integers("1", "65535"));
  if (!key.words.empty()) forms.push_back(oneOf(key.words));
  if (!key.pattern.empty()) forms.push_back("{\"type\": \"string\", \"pattern\": " + quote(key.pattern) + "}");
  return anyOf(forms);
}

std::string values(const KeyInfo& key) {
  const std::string one = single(key);
  if (!key.list) return one;
  const std::string_view fewest = key.may_be_empty ? "" : ", \"minItems\": 1";
  return anyOf({one, "{\"type\": \"array\"" + std::string(fewest) + ", \"items\": " + one + "}"});
}

std::string description(const KeyInfo& key) {
  std::string out(key.doc);
  if (!key.lowest.empty()) out += " From " + key.lowest + " to " + key.highest + ".";
  return out;
}

std::string property(const KeyInfo& key, std::size_t depth) {
  Object out(depth);
  out.text("description", description(key));
  if (!key.required) out.raw("default", key.standard);  // one value is written alike in TOML and in JSON
  out.splice(values(key));
  return out.close();
}

// Operators' own notes and tools.
void leaveNotesAlone(Object& out) {
  out.raw("patternProperties", "{\"^x-\": {}}");
  out.raw("additionalProperties", "false");
}

std::string table(const SectionInfo& section, std::size_t depth) {
  Object keys(depth + 1);
  std::string required;
  for (const KeyInfo& key : section.keys) {
    keys.raw(key.name, property(key, depth + 2));
    if (key.required) required.append(required.empty() ? "" : ", ").append(quote(key.name));
  }
  Object out(depth);
  out.text("description", section.doc);
  out.text("type", "object");
  if (!required.empty()) out.raw("required", "[" + required + "]");
  out.raw("properties", keys.close());
  leaveNotesAlone(out);
  return out.close();
}

std::string member(const SectionInfo& section, std::size_t depth) {
  if (!section.repeated) return table(section, depth);
  Object out(depth);
  out.text("description", section.doc);
  out.text("type", "array");
  out.raw("items", table(section, depth + 1));
  return out.close();
}

}  // namespace

std::string toJsonSchema() {
  constexpr std::size_t kDepth = 2;
  Object sections(1);
  std::vector<std::string> listeners;
  for (const SectionInfo& section : describe()) {
    sections.raw(section.name, member(section, kDepth));
    if (section.repeated) listeners.push_back("{\"required\": [" + quote(section.name) + "]}");
  }
  Object out(0);
  out.text("$schema", "http://json-schema.org/draft-07/schema#");
  out.text("title", "megaphone.toml");
  out.text("description", "The configuration of megaphoned.");
  out.text("type", "object");
  out.splice(anyOf(listeners));
  out.raw("properties", sections.close());
  leaveNotesAlone(out);
  return out.close() + "\n";
}

}  // namespace megaphone::config
