#include "exchange_witness.h"

#include <algorithm>
#include <cstdio>

namespace megaphone::fuzz {
namespace {

using State = StrictMessage::State;
using Fields = std::vector<std::pair<std::string, std::string>>;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool has(const Fields& fields, const std::pair<std::string, std::string>& wanted) {
  return std::find(fields.begin(), fields.end(), wanted) != fields.end();
}

// What a proxy writes itself, or writes anew.
bool isOurs(const std::string& name) {
  for (const char* ours : {"host", "via", "connection", "content-length", "transfer-encoding", "upgrade",
                           "max-forwards", "forwarded", "x-forwarded-for"}) {
    if (name == ours) return true;
  }
  return false;
}

// Whether the client's Connection fields nominate the name: then it ends with us.
bool isNominated(const Fields& fields, const std::string& wanted) {
  for (const auto& [name, value] : fields) {
    if (lower(name) != "connection") continue;
    std::string list = lower(value) + ",";
    for (std::size_t comma = list.find(','); comma != std::string::npos; comma = list.find(',')) {
      const std::size_t first = list.find_first_not_of(" \t");
      const std::size_t last = list.find_last_not_of(" \t", comma - 1);
      if (comma > 0 && first < comma && list.substr(first, last - first + 1) == wanted) return true;
      list.erase(0, comma + 1);
    }
  }
  return false;
}

// The target that the origin of a URL gets: no user information, no fragment, and no byte above 127.
std::string originForm(const std::string& method, std::string url) {
  url.erase(std::min(url.find('#'), url.size()));
  url.erase(0, url.find("://") + 3);
  url.erase(0, std::min(url.find_first_of("/?"), url.size()));
  if (url.empty() && method == "OPTIONS") return "*";
  std::string out = url.starts_with('/') ? "" : "/";
  for (const char c : url) {
    char code[] = "%00";
    std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned char>(c));
    out += static_cast<unsigned char>(c) > 127 ? std::string(code) : std::string(1, c);
  }
  return out;
}

bool isInterim(const StrictMessage& answer) {
  return answer.headWhole && answer.line[1].starts_with('1') && answer.line[1] != "101";
}

// Behind interim answers; they are taken off.
StrictMessage readFinalAnswer(std::string_view& bytes, const std::string& method, Writer writer) {
  for (;;) {
    StrictMessage answer = readAnswerStrictly(bytes, AnswerBody::by_fields, writer);
    if (!answer.headWhole) return answer;
    if (!isInterim(answer)) {
      const bool bare = method == "HEAD" || (method == "CONNECT" && answer.line[1].starts_with('2'));
      if (bare) answer = readAnswerStrictly(bytes, AnswerBody::none, writer);
      bytes.remove_prefix(answer.size);
      return answer;
    }
    bytes.remove_prefix(answer.size);
  }
}

bool endsWithClose(const StrictMessage& answer) { return answer.headFramed && !answer.chunked && !answer.length; }

// Whether the answer says that it came through us.
bool isForwarded(const StrictMessage& answer) {
  return std::any_of(answer.fields.begin(), answer.fields.end(), [](const auto& field) {
    return lower(field.first) == "via" && field.second.ends_with(proxy::testing::FakeSession::kTag);
  });
}

}  // namespace

void Witness::connects(const proxy::testing::FakeSession& session) {
  const std::size_t exchange = session.records().size();
  uses_.push_back({exchange, {}, false});
  if (allowed_ != exchange) complain("an origin is asked for that has not been allowed");
  const auto asked = readConnectionStrictly(client_);
  if (exchange >= asked.size() || !asked[exchange].headWhole) return complain("an origin is asked for before the head");
  if (!asked[exchange].headFramed)
    complain("what is forwarded is refused by the second reading: " + asked[exchange].broken);
}

void Witness::looks(const proxy::testing::FakeSession& session) {
  if (session.originBytes().size() != uses_.size()) complain("there is an origin of which nobody knows");
}

void Witness::sums(const proxy::testing::FakeSession& session) {
  const auto asked = readConnectionStrictly(client_);
  for (std::size_t i = 0; i < uses_.size() && i < session.originBytes().size(); ++i)
    judgeUse(session.originBytes()[i], uses_[i].exchange < asked.size() ? &asked[uses_[i].exchange] : nullptr);
  judgeAnswers(session.clientBytes(), asked, clientIsThere_ && session.end() == "close");
}

// One connection's bytes: one request, and it is the one that the client made.
void Witness::judgeUse(const std::string& bytes, const StrictMessage* asked) {
  if (bytes.empty()) return;
  const StrictMessage sent = readRequestStrictly(bytes, Writer::proxy);
  if (sent.state == State::broken) return complain("the origin gets what is malformed: " + sent.broken + "\n" + bytes);
  if (!sent.headWhole) return complain("the origin gets half a head:\n" + bytes);
  if (sent.state == State::whole && sent.size != bytes.size()) return complain("the origin gets more:\n" + bytes);
  if (!asked || !asked->headWhole) return complain("the origin gets what nobody asked:\n" + bytes);
  if (sent.line[0] != asked->line[0]) complain("the method is another: " + sent.line[0]);
  if (sent.line[1] != originForm(asked->line[0], asked->line[1])) complain("the target is another: " + sent.line[1]);
  if (sent.line[2] != "HTTP/1.1") complain("the version is another: " + sent.line[2]);
  if (!asked->content.starts_with(sent.content)) complain("the content is another: " + sent.content);
  if (sent.state == State::whole && asked->state == State::whole && sent.content != asked->content)
    complain("the content is cut and looks whole: " + sent.content);
  if (sent.state == State::whole && asked->state != State::whole) complain("the origin gets a whole request of a part");
  judgeFields(sent, *asked);
}

void Witness::judgeFields(const StrictMessage& sent, const StrictMessage& asked) {
  for (const auto& field : sent.fields) {
    const std::string name = lower(field.first);
    if (isOurs(name)) continue;
    if (!has(asked.fields, field)) complain("a field that nobody sent: " + field.first + ": " + field.second);
    if (isNominated(asked.fields, name)) complain("a field that Connection keeps here: " + field.first);
  }
  for (const auto& field : sent.trailers) {
    if (!has(asked.trailers, field)) complain("a trailer that nobody sent: " + field.first + ": " + field.second);
  }
}

// What the client gets: an answer for each request, and where it is an origin's, it is what that origin sent.
void Witness::judgeAnswers(std::string_view bytes, const std::vector<StrictMessage>& asked, bool closed) {
  for (std::size_t exchange = 0; !bytes.empty(); ++exchange) {
    if (exchange == asked.size() && client_.empty()) return complain("the client gets what it has not asked for");
    if (exchange > asked.size()) return complain("there are more answers than requests");
    const StrictMessage nothing;
    const StrictMessage& request = exchange < asked.size() ? asked[exchange] : nothing;
    const std::string method = request.headWhole ? request.line[0] : std::string();
    const StrictMessage got = readFinalAnswer(bytes, method, Writer::proxy);
    if (got.state == State::broken) return complain("the client gets what is malformed: " + got.broken);
    if (!got.headWhole) return;  // interim answers, and no other yet
    const bool whole = got.state == State::whole || (closed && endsWithClose(got));
    const auto use = std::find_if(uses_.rbegin(), uses_.rend(), [&](const Use& u) { return u.exchange == exchange; });
    if (isForwarded(got) && use == uses_.rend()) return complain("an answer of no origin");
    if (isForwarded(got)) judgeAnswer(got, whole, request, *use);
    const bool leaves = got.line[1] == "101" || (method == "CONNECT" && got.line[1].starts_with('2'));
    if (leaves || got.state != State::whole) return;
  }
}

void Witness::judgeAnswer(const StrictMessage& got, bool whole, const StrictMessage& asked, const Use& use) {
  std::string_view bytes = use.answer;
  const StrictMessage sent = readFinalAnswer(bytes, asked.headWhole ? asked.line[0] : std::string(), Writer::any);
  if (!sent.headWhole) return complain("an answer before the origin's head");
  const bool bare = sent.state == State::whole && sent.content.empty();
  if (!bare && !sent.headFramed) return complain("a malformed answer goes on: " + sent.broken);
  if (sent.line[1] != got.line[1]) complain("the status is another: " + got.line[1] + " for " + sent.line[1]);
  if (!sent.content.starts_with(got.content)) complain("the answer's content is another: " + got.content);
  const bool sentWhole = sent.state == State::whole || (endsWithClose(sent) && use.ended);
  if (whole && !sentWhole) complain("a cut answer looks whole");
  if (whole && got.content != sent.content) complain("the answer's content is cut and looks whole: " + got.content);
  for (const auto& field : got.fields) {
    const std::string name = lower(field.first);
    if (name != "date" && !isOurs(name) && !has(sent.fields, field)) complain("an answer's field is new: " + name);
  }
  for (const auto& field : got.trailers) {
    if (!has(sent.trailers, field)) complain("an answer's trailer is new: " + field.first);
  }
}

}  // namespace megaphone::fuzz
