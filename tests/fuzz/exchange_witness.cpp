#include "exchange_witness.h"

#include <algorithm>

#include "wire_text.h"

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

}  // namespace

void Witness::connects(const proxy::testing::FakeSession& session) {
  const std::size_t exchange = session.records().size();
  uses_.push_back(exchange);
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
    judgeUse(session.originBytes()[i], uses_[i] < asked.size() ? &asked[uses_[i]] : nullptr);
  std::vector<std::string> methods;
  for (const auto& record : session.records()) methods.push_back(record.method);
  const auto got = proxy::testing::readAnswersStrictly(session.clientBytes(), methods, session.end() == "close");
  if (got.complete > asked.size() + (client_.empty() ? 0 : 1)) complain("there are more answers than requests");
}

// One connection's bytes: one request, and it is the one that the client made.
void Witness::judgeUse(const std::string& bytes, const StrictMessage* asked) {
  if (bytes.empty()) return;
  const StrictMessage sent = readRequestStrictly(bytes);
  if (sent.state == State::broken) return complain("the origin gets what is malformed: " + sent.broken + "\n" + bytes);
  if (!sent.headWhole) return complain("the origin gets half a head:\n" + bytes);
  if (sent.state == State::whole && sent.size != bytes.size()) return complain("the origin gets more:\n" + bytes);
  if (!asked || !asked->headWhole) return complain("the origin gets what nobody asked:\n" + bytes);
  if (sent.line[0] != asked->line[0]) complain("the method is another: " + sent.line[0]);
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

}  // namespace megaphone::fuzz
