#include "syntax_error.h"

#include <algorithm>
#include <array>
#include <span>

#include "document.h"
#include "foreign.h"
#include "megaphone/base/ascii.h"
#include "megaphone/base/nearest.h"
#include "megaphone/base/text.h"
#include "megaphone/base/utf8.h"
#include "megaphone/config/keys.h"
#include "table.h"

namespace megaphone::config {
namespace {

bool inKey(char c) { return ascii::isAlpha(c) || ascii::isDigit(c) || c == '_' || c == '-'; }

// Characters that look like a blank but are not one in TOML: no-break and typographic spaces, byte order marks.
constexpr std::array<std::string_view, 7> kOddBlanks{"\u00A0", "\u2002", "\u2003", "\u2009",
                                                     "\u200B", "\u202F", "\uFEFF"};
// Quotes of word processors.
constexpr std::array<std::string_view, 9> kOddQuotes{"\u201C", "\u201D", "\u201E", "\u201F", "\u2018",
                                                     "\u2019", "\u201A", "\u00AB", "\u00BB"};

// Replaces each of `odd` in the text. Returns where the first was, or npos.
std::size_t replaceOdd(std::string& text, std::span<const std::string_view> odd, std::string_view with) {
  std::size_t first = std::string::npos;
  for (const std::string_view each : odd) {
    for (std::size_t at = text.find(each); at != std::string::npos; at = text.find(each, at)) {
      text.replace(at, each.size(), with);
      first = std::min(first, at);
    }
  }
  return first;
}

std::size_t blanks(std::string_view text) { return std::min(text.find_first_not_of(" \t"), text.size()); }

std::string_view word(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), inKey);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

// A key and the value behind it.
struct Assignment {
  std::string_view key;
  std::size_t signs = 0;   // '='
  std::string_view value;  // without blanks around it and the comment behind it
  std::size_t offset = 0;  // of the value
};

std::string_view withoutComment(std::string_view value) { return ascii::trim(value.substr(0, value.find(" #"))); }

std::optional<Assignment> split(std::string_view line) {
  std::size_t at = blanks(line);
  Assignment out;
  out.key = word(line.substr(at));
  if (out.key.empty()) return std::nullopt;
  at += out.key.size();
  at += blanks(line.substr(at));
  while (at < line.size() && (line[at] == '=' || line[at] == ':')) {
    out.signs += line[at] == '=' ? 1u : 0u;
    ++at;
    at += blanks(line.substr(at));
  }
  out.offset = at;
  out.value = withoutComment(line.substr(at));
  if (out.value.starts_with('#')) out.value = {};
  return out;
}

std::string assign(std::string_view key, std::string_view value) { return concat(key, " = ", value); }

// Returns the key of that name in any section; null for none.
const KeyInfo* findKey(std::string_view name) {
  for (const SectionInfo& section : describe()) {
    for (const KeyInfo& each : section.keys) {
      if (each.name == name) return &each;
    }
  }
  return nullptr;
}

// Returns a value for the key: its default, or an address.
std::string example(std::string_view key) {
  const KeyInfo* known = findKey(key);
  return known && !known->required ? known->standard : "\"127.0.0.1:3128\"";
}

bool isFlag(std::string_view key) {
  const KeyInfo* known = findKey(key);
  return known && known->type == KeyInfo::Type::flag;
}

SyntaxError errorOf(const Assignment& at, std::string what, const std::string& meant) {
  const std::string key(at.key);
  return {at.offset, std::max<std::size_t>(at.value.size(), 1), key + std::move(what), "write " + assign(key, meant),
          assign(key, meant)};
}

// Returns the digits of a number such as "10,000" or "10 000"; "" for other texts.
std::string digitsOf(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (ascii::isDigit(c)) out += c;
    if (!ascii::isDigit(c) && std::string_view(", '_").find(c) == std::string_view::npos) return {};
  }
  return out;
}

std::string flagOf(std::string_view value) {
  for (const std::string_view yes : {"yes", "on", "true", "enabled"}) {
    if (ascii::equalsIgnoreCase(value, yes)) return "true";
  }
  for (const std::string_view no : {"no", "off", "false", "disabled"}) {
    if (ascii::equalsIgnoreCase(value, no)) return "false";
  }
  return {};
}

SyntaxError errorOfText(const Assignment& at) {
  const std::size_t close = at.value.find('"', 1);
  if (close != std::string_view::npos) {
    return errorOf(at, ": only a comment can follow a value", std::string(at.value.substr(0, close + 1)));
  }
  return errorOf(at, ": the closing quote is missing", quote(at.value.substr(1)));
}

std::string withoutZeros(const std::string& digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

SyntaxError errorOfNumber(const Assignment& at, const std::string& digits) {
  const KeyInfo* known = findKey(at.key);
  if (digits != at.value) return errorOf(at, ": a number has nothing but digits", withoutZeros(digits));
  if (const std::string shorter = withoutZeros(digits); shorter != digits)
    return errorOf(at, ": a number does not begin with 0", shorter);
  const std::string most = known && known->type == KeyInfo::Type::number ? known->highest : "0";
  SyntaxError out = errorOf(at, ": the number is too large", most);
  if (most == "0") out.help = "numbers have 18 digits at most";
  return out;
}

SyntaxError errorOfValue(const Assignment& at) {
  const std::string key(at.key);
  if (at.value.empty()) {
    return {at.offset, 1, key + " has no value", "for example " + assign(key, example(key)), assign(key, example(key))};
  }
  if (at.signs > 1) return errorOf(at, ": one '=' is enough", std::string(at.value));
  if (at.value.front() == '"' && !at.value.starts_with(R"(""")")) return errorOfText(at);
  if (at.value.front() == '[' || at.value.front() == '{') {
    SyntaxError out = errorOf(at, ": this list cannot be read", "[]");
    out.help = "text must be quoted, and commas stand between the values: " + assign(key, "[\"…\", \"…\"]");
    return out;
  }
  if (const std::string number = digitsOf(at.value); !number.empty()) return errorOfNumber(at, number);
  std::string straight(at.value);
  if (replaceOdd(straight, kOddQuotes, "") == 0) return errorOf(at, ": quotes must be straight ones", quote(straight));
  const std::string flag = flagOf(at.value);
  if (!flag.empty() && isFlag(at.key)) return errorOf(at, " must be true or false", flag);
  return errorOf(at, ": text must be quoted", quote(at.value));
}

// Returns advice for the first word of an unknown kind of line.
std::string adviseWord(std::string_view word) {
  if (const auto foreign = adviseForeign(word); !foreign.empty()) return std::string(foreign);
  std::vector<std::string_view> keys;
  for (const SectionInfo& section : describe()) {
    for (const KeyInfo& each : section.keys) keys.push_back(each.name);
  }
  if (const auto meant = nearest(word, keys)) return concat("did you mean ", *meant, " = …?");
  return "a line is a key, '=' and a value; a comment begins with '#'";
}

SyntaxError errorOfNoEquals(std::string_view line, const Assignment& at) {
  const std::string key(at.key);
  SyntaxError out{blanks(line), key.size(), "there is no '=' after " + key, {}, {}};
  if (!findKey(at.key)) {
    out.help = adviseWord(at.key);
    return out;
  }
  const bool readable = !at.value.empty() && (std::string_view("\"'[").find(at.value[0]) != std::string_view::npos ||
                                              !digitsOf(at.value).empty() || !flagOf(at.value).empty());
  out.meant = assign(key, at.value.empty() ? example(key) : readable ? std::string(at.value) : quote(at.value));
  out.help = "write " + out.meant;
  return out;
}

std::optional<SyntaxError> errorOfHeader(std::string_view line, std::string_view name) {
  for (const SectionInfo& section : describe()) {
    if (section.name != name) continue;
    const std::size_t begin = blanks(line);
    const std::string_view written = withoutComment(line.substr(begin));
    const std::string meant = headerText(section);
    return SyntaxError{begin, written.size(), quote(written) + " is not a header of a section", "write " + meant,
                       meant};
  }
  return std::nullopt;
}

// Finds invisible mistakes: bytes of another encoding, and characters that look like blanks.
std::optional<SyntaxError> errorOfBytes(std::string_view line) {
  std::string meant(line);
  for (std::size_t at = 0; at < meant.size();) {
    const std::size_t length = utf8Length(std::string_view(meant).substr(at));
    if (length == 0) meant[at] = '?';
    at += std::max<std::size_t>(length, 1);
  }
  const auto first =
      static_cast<std::size_t>(std::mismatch(line.begin(), line.end(), meant.begin()).first - line.begin());
  if (first < line.size())
    return SyntaxError{first, 1, "this line is not UTF-8", "save the file with the encoding UTF-8, or write ASCII",
                       meant};
  const std::size_t blank = replaceOdd(meant, kOddBlanks, " ");
  if (blank == std::string::npos) return std::nullopt;
  return SyntaxError{blank, 2, "there is a blank here that is not a plain space",
                     readDocument(meant).root ? "write " + meant : "write plain spaces", meant};
}

bool hasKey(const SectionInfo& section, std::string_view name) {
  return std::any_of(section.keys.begin(), section.keys.end(), [&](const KeyInfo& key) { return key.name == name; });
}

const std::string kNoFile;

// Reads a file that has this entry in this section and nothing else. Returns the first problem; nothing for none.
std::optional<Problem> tryIn(const SectionInfo& section, const Entry& entry, std::string_view line) {
  Node table;
  table.entries.push_back(entry);
  Node many;
  many.kind = Node::Kind::array;
  many.elements.push_back(table);
  Node root;
  root.entries.push_back({section.name, {}, section.repeated ? many : table});
  Settings settings;
  Provenance provenance;
  Report report(line);
  report.missesParts();
  readTable(fileSection(), TablePath{}, root, TableReader(kNoFile, provenance, report), settings);
  const std::vector<Problem> problems = report.take();
  return problems.empty() ? std::nullopt : std::optional(problems.front());
}

// Returns the problem that the rules of the key report about a line of TOML; nothing if one of them accepts it.
std::optional<Problem> complaintAbout(std::string_view line) {
  const Document document = readDocument(line);
  if (!document.root || document.root->entries.empty()) return std::nullopt;
  const Entry& entry = document.root->entries.front();
  std::optional<Problem> out;
  for (const SectionInfo& section : describe()) {
    if (!hasKey(section, entry.key)) continue;
    out = tryIn(section, entry, line);
    if (!out) break;
  }
  return out;
}

std::optional<SyntaxError> findErrorOfForm(std::string_view line) {
  if (const std::string_view header = headerOf(line); !header.empty()) return errorOfHeader(line, header);
  const auto at = split(line);
  if (!at) return std::nullopt;
  if (at->signs > 0) return errorOfValue(*at);
  return errorOfNoEquals(line, *at);
}

}  // namespace

std::string_view keyOf(std::string_view line) {
  const auto at = split(line);
  return at && at->signs > 0 ? at->key : std::string_view();
}

std::string_view headerOf(std::string_view line) {
  line.remove_prefix(blanks(line));
  if (!line.starts_with('[')) return {};
  line.remove_prefix(std::min(line.find_first_not_of("[ \t\""), line.size()));
  return word(line);
}

// If the rules of the key refuse the advised line, their problem replaces the advice.
std::optional<SyntaxError> findSyntaxError(std::string_view line) {
  if (auto error = errorOfBytes(line)) return error;
  auto error = findErrorOfForm(line);
  if (!error) return error;
  if (auto complaint = complaintAbout(error->meant)) {
    error->message = std::move(complaint->message);
    error->help = std::move(complaint->help);
  }
  return error;
}

}  // namespace megaphone::config
