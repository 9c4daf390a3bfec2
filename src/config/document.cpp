#include "document.h"

#include <algorithm>

#include "megaphone/base/text.h"
#include "scan.h"
#include "toml_library.h"

namespace megaphone::config {
namespace {

Span spanOf(const toml::source_region& region) {
  return {{region.begin.line, region.begin.column}, {region.end.line, region.end.column}};
}

Node convert(const toml::node& from);

void convertTable(const toml::table& from, Node& out) {
  for (const auto& [key, value] : from) {
    out.entries.push_back({std::string(key.str()), spanOf(key.source()), convert(value)});
  }
  // toml++ iterates in alphabetical order.
  std::sort(out.entries.begin(), out.entries.end(),
            [](const Entry& a, const Entry& b) { return a.key_span.begin < b.key_span.begin; });
}

Node convert(const toml::node& from) {
  Node out;
  out.span = spanOf(from.source());
  switch (from.type()) {
    case toml::node_type::table: out.kind = Node::Kind::table; break;
    case toml::node_type::array: out.kind = Node::Kind::array; break;
    case toml::node_type::string: out.kind = Node::Kind::text; break;
    case toml::node_type::integer: out.kind = Node::Kind::integer; break;
    case toml::node_type::floating_point: out.kind = Node::Kind::real; break;
    case toml::node_type::boolean: out.kind = Node::Kind::flag; break;
    default: out.kind = Node::Kind::date; break;
  }
  if (const auto* table = from.as_table()) convertTable(*table, out);
  if (const auto* array = from.as_array()) {
    for (const toml::node& element : *array) out.elements.push_back(convert(element));
  }
  if (const auto* text = from.as_string()) out.text = text->get();
  if (const auto* integer = from.as_integer()) out.integer = integer->get();
  if (const auto* flag = from.as_boolean()) out.flag = flag->get();
  return out;
}

// "Error while parsing value: could not …" -> "could not …": the useful part first.
std::string shorten(std::string_view description) {
  constexpr std::string_view kPrefix = "Error while parsing ";
  if (!description.starts_with(kPrefix)) return std::string(description);
  const std::string_view rest = description.substr(kPrefix.size());
  const std::size_t colon = rest.find(": ");
  if (colon == std::string_view::npos) return std::string(description);
  return concat(rest.substr(colon + 2), " (in a ", rest.substr(0, colon), ")");
}

// Returns the text before line `number`, counted from 0; all of it for npos.
std::string_view linesBefore(std::string_view text, std::size_t number) {
  if (number == std::string_view::npos) return text;
  std::size_t end = 0;
  for (; number > 0; --number) end = text.find('\n', end) + 1;
  return text.substr(0, end);
}

}  // namespace

Document readDocument(std::string_view text) {
  Document out;
  const std::size_t deep = findTooDeep(text);
  const toml::parse_result result = toml::parse(linesBefore(text, deep));
  if (!result) {
    out.error_span = spanOf(result.error().source());
    out.error = shorten(result.error().description());
  }
  const auto line = static_cast<std::uint32_t>(deep + 1);
  out.too_deep = deep != std::string_view::npos && (result || out.error_span.begin.line >= line);
  if (out.too_deep) {
    out.error_span = {{line, 1}, {line + 1, 1}};
    out.error = concat("this is nested deeper than ", Scanner::kDeepest, " levels");
  }
  if (result && !out.too_deep) out.root = convert(result.table());
  return out;
}

}  // namespace megaphone::config
