#include "field_parser.h"

#include <llhttp.h>

#include <algorithm>
#include <cassert>

namespace megaphone::http {
namespace {

// Callbacks only append; the fields are judged after the parser has returned.
int onName(llhttp_t* parser, const char* at, std::size_t length) {
  static_cast<Fields*>(parser->data)->push_back({{at, length}, {}});
  return 0;
}

int onValue(llhttp_t* parser, const char* at, std::size_t length) {
  static_cast<Fields*>(parser->data)->back().value = ascii::trim({at, length});
  return 0;
}

// llhttp judges framing fields by their names. Framing is decided in body_framing.h, where the kind of message is
// known, so names are hidden from llhttp here.
int forgetName(llhttp_t* parser) {
  parser->header_state = 0;
  return 0;
}

int stopAfterHead(llhttp_t*) { return 2; }

llhttp_settings_t makeSettings() {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  settings.on_header_field = onName;
  settings.on_header_field_complete = forgetName;
  settings.on_header_value = onValue;
  settings.on_headers_complete = stopAfterHead;
  return settings;
}

// Returns a parser that has read some start line, to be copied for each head: real ones are parsed by start_line.h.
llhttp_t makeStarted(llhttp_type_t type, std::string_view line) {
  static const llhttp_settings_t settings = makeSettings();
  llhttp_t parser;
  llhttp_init(&parser, type, &settings);
  [[maybe_unused]] const llhttp_errno_t result = llhttp_execute(&parser, line.data(), line.size());
  assert(result == HPE_OK);
  return parser;
}

llhttp_t startedParser(MessageKind kind) {
  static const llhttp_t request = makeStarted(HTTP_REQUEST, "GET / HTTP/1.1\r\n");
  static const llhttp_t response = makeStarted(HTTP_RESPONSE, "HTTP/1.1 200 OK\r\n");
  return kind == MessageKind::request ? request : response;
}

std::string_view lineAt(std::string_view lines, std::size_t position) {
  const std::size_t begin = position == 0 ? std::string_view::npos : lines.rfind("\r\n", position - 1);
  const std::size_t from = begin == std::string_view::npos ? 0 : begin + 2;
  return lines.substr(from, lines.find("\r\n", from) - from);
}

// Returns the fault of a line that llhttp could not read as a field line.
std::string badLine(std::string_view line, std::size_t number) {
  const std::string where = "line " + std::to_string(number);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return where + " has no colon";
  if (colon == 0) return where + " has no field name";
  if (ascii::isBlank(line[colon - 1])) return "the field name in " + where + " has a blank before its colon";
  if (!ascii::isToken(line.substr(0, colon))) return "the field name in " + where + " is not a token";
  return "the value of the field in " + where + " is not valid";
}

Problem explain(const llhttp_t& parser, std::string_view lines, std::size_t firstNumber) {
  const auto position = std::min(static_cast<std::size_t>(llhttp_get_error_pos(&parser) - lines.data()), lines.size());
  const std::string_view line = lineAt(lines, position);
  const auto before = lines.substr(0, static_cast<std::size_t>(line.data() - lines.data()));
  const auto number = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + firstNumber;
  return {Problem::Kind::syntax, badLine(line, number)};
}

MaybeProblem parse(MessageKind kind, std::string_view lines, std::size_t firstNumber, Fields& fields) {
  constexpr std::size_t kUsual = 16;
  fields.reserve(kUsual);
  llhttp_t parser = startedParser(kind);
  parser.data = &fields;
  if (llhttp_execute(&parser, lines.data(), lines.size()) != HPE_PAUSED_UPGRADE ||
      llhttp_get_error_pos(&parser) != lines.data() + lines.size()) {
    return explain(parser, lines, firstNumber);
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {  // llhttp 8.1 lets it pass
    if (fields[i].name.empty()) return Problem{Problem::Kind::syntax, badLine(":", i + firstNumber)};
  }
  return std::nullopt;
}

}  // namespace

MaybeProblem parseFields(MessageKind kind, std::string_view lines, Fields& fields) {
  return parse(kind, lines, 2, fields);
}

MaybeProblem parseTrailers(MessageKind kind, std::string_view lines, Fields& trailers) {
  if (auto problem = parse(MessageKind::request, lines, 1, trailers)) {
    problem->text += ", in the trailer section";
    return problem;
  }
  if (kind == MessageKind::request && (trailers.find("Content-Length") || trailers.find("Transfer-Encoding"))) {
    return Problem{Problem::Kind::syntax, "the trailer section has a field that frames a message"};
  }
  return std::nullopt;
}

}  // namespace megaphone::http
