// ListRule: one rule for every list; one value may stand without brackets. A new kind of list is a rule for its
// element:
//
//   struct NetworkElement {
//     using Value = NetworkEntry;                             // with operator==; a `position` is filled in
//     static constexpr KeyInfo::Type kType = …;
//     static constexpr std::string_view kNoun = "network";
//     std::string form() const;                               // how it is written, as advice
//     std::string pattern() const;                            // a regular expression of its texts
//     std::vector<ListWord<Value>> words() const;             // texts that stand for other values
//     std::variant<Value, Refusal> parse(std::string_view text) const;
//     std::variant<Value, Refusal> parse(std::int64_t number) const;  // only where numbers may stand for it
//     std::string write(const Value& value) const;            // as in the file, with quotes
//   };
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "megaphone/base/text.h"
#include "rules.h"

namespace megaphone::config {

// The reason why an element is refused, to follow its text: "is not a network".
struct Refusal {
  std::string what;
  std::string help;
};

template <class T>
struct ListWord {
  std::string_view word;
  std::vector<T> values;
  bool alone = false;  // it can only be the whole list
};

template <class Element>
struct ListRule {
  Element element{};
  bool may_be_empty = true;
};

namespace lists {

template <class Element>
using Parsed = std::variant<typename Element::Value, Refusal>;

// Reports KEY: "TEXT" WHAT.
inline void refuse(const Site& site, const Node& element, const Refusal& refusal) {
  const bool number = element.kind == Node::Kind::integer;
  site.report.error(
      element.span,
      concat(site.key, ": ", number ? std::to_string(element.integer) : quote(element.text), " ", refusal.what),
      refusal.help);
}

template <class Element>
class Reader {
 public:
  using Value = typename Element::Value;

  Reader(const Element& element, const Site& site) : element_(element), site_(site), words_(element.words()) {}

  // Appends the value of the node, or reports why not.
  bool read(const Node& node, std::vector<Value>& out) const {
    if (node.kind == Node::Kind::integer) {
      if constexpr (requires(std::int64_t number) { element_.parse(number); })
        return take(node, element_.parse(node.integer), out);
    }
    if (node.kind != Node::Kind::text) {
      wrongKind(site_, node, Element::kType, element_.form());
      return false;
    }
    const auto word =
        std::find_if(words_.begin(), words_.end(), [&](const auto& each) { return each.word == node.text; });
    if (word == words_.end()) return take(node, element_.parse(std::string_view(node.text)), out);
    for (const Value& value : word->values) append(node, value, out);
    if (!word->alone || site_.value.list().size() == 1) return true;
    refuse(site_, node, {"is not for a list", element_.form()});
    return false;
  }

 private:
  bool take(const Node& node, Parsed<Element> parsed, std::vector<Value>& out) const {
    if (auto* value = std::get_if<Value>(&parsed)) {
      append(node, std::move(*value), out);
      return true;
    }
    refuse(site_, node, std::get<Refusal>(parsed));
    return false;
  }

  void append(const Node& node, Value value, std::vector<Value>& out) const {
    if constexpr (requires { value.position; }) value.position = node.span.begin;
    out.push_back(std::move(value));
  }

  const Element& element_;
  const Site& site_;
  std::vector<ListWord<Value>> words_;
};

}  // namespace lists

// Reads every element, so that every problem is reported, and keeps those that can be read for the checks of values
// against each other. `places`: where each value stands. Returns whether all could be read.
template <class Element>
bool readInto(const ListRule<Element>& rule, const Site& site, std::vector<typename Element::Value>& out,
              std::vector<Span>& places) {
  const lists::Reader<Element> reader(rule.element, site);
  out.clear();
  bool all = true;
  for (const Node& node : site.value.list()) {
    all = reader.read(node, out) && all;
    places.resize(out.size(), node.span);
  }
  if (!all || !out.empty() || rule.may_be_empty) return all;
  site.report.error(site.value.span, concat(site.key, " has no ", Element::kNoun), rule.element.form());
  return false;
}

// Writes the values; a word replaces its own values if they are adjacent.
template <class Element>
std::string write(const ListRule<Element>& rule, const std::vector<typename Element::Value>& values) {
  using Value = typename Element::Value;
  const std::vector<ListWord<Value>> words = rule.element.words();
  std::vector<std::string> out;
  for (std::span<const Value> rest = values; !rest.empty();) {
    const auto word = std::find_if(words.begin(), words.end(), [&](const ListWord<Value>& each) {
      const auto& all = each.values;
      return all.size() <= rest.size() && std::equal(all.begin(), all.end(), rest.begin());
    });
    out.push_back(word == words.end() ? rule.element.write(rest.front()) : quote(word->word));
    rest = rest.subspan(word == words.end() ? 1 : word->values.size());
  }
  return concat("[", joined(out, ", "), "]");
}

template <class Element>
void describe(const ListRule<Element>& rule, KeyInfo& out) {
  out.type = Element::kType;
  out.list = true;
  out.may_be_empty = rule.may_be_empty;
  out.pattern = rule.element.pattern();
  for (const auto& each : rule.element.words()) out.words.push_back(each.word);
}

}  // namespace megaphone::config
