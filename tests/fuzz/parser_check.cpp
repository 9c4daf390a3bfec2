#include "parser_check.h"

#include <algorithm>
#include <random>

#include "harness.h"

namespace megaphone::fuzz {
namespace {

using State = StrictMessage::State;

Pieces cuts(unsigned seed, unsigned longest) {
  return [random = std::minstd_rand(seed + 1), longest]() mutable -> std::size_t { return 1 + random() % longest; };
}

std::string listed(const char* title, const std::vector<std::string>& events) {
  std::string out = std::string("\n") + title + ":";
  for (const std::string& event : events) out += "\n  " + event;
  return out;
}

bool isLimit(const Transcript& transcript) {
  for (const char* words : {" too long", " too large", " longer than", " larger than", "more than", "too many"}) {
    if (transcript.sentence.find(words) != std::string::npos) return true;
  }
  return false;
}

// Whether `events` are the first of `all`; the last may be a piece of content that is cut short.
bool isBeginning(const std::vector<std::string>& events, const std::vector<std::string>& all) {
  if (events.empty()) return true;
  if (events.size() > all.size()) return false;
  const std::size_t last = events.size() - 1;
  if (!std::equal(events.begin(), events.end() - 1, all.begin())) return false;
  return events[last].starts_with("body ") ? all[last].starts_with(events[last]) : all[last] == events[last];
}

}  // namespace

Transcript readEveryWay(std::string_view bytes, unsigned seed, const ReadInPieces& read) {
  const Transcript whole = read(http::testing::whole());
  for (const std::string& event : whole.events) {
    if (event.starts_with("BROKEN")) fail(event, bytes);
  }
  for (const Pieces& pieces : {http::testing::byteByByte(), cuts(seed, 5), cuts(seed, 60)}) {
    const Transcript cut = read(pieces);
    if (cut.events != whole.events)
      fail("pieces matter" + listed("whole", whole.events) + listed("in pieces", cut.events), bytes);
    const bool refused = !whole.events.empty() && whole.events.back().starts_with("error ");
    if (!refused && cut.rest != whole.rest) fail("the rest differs: " + whole.rest + " or " + cut.rest, bytes);
  }
  return whole;
}

std::string fieldsText(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string out;
  for (const auto& [name, value] : fields) out.append(" {").append(name).append(": ").append(value).append("}");
  return out;
}

std::string versionText(std::string_view version) { return version == "HTTP/1.0" ? " 1.0" : " 1.1"; }

void append(Expected& expected, const StrictMessage& message, const std::string& head, const std::string& framing) {
  expected.state = message.state;
  expected.broken = message.broken;
  if (!message.headWhole || !message.headFramed) return;
  expected.events.push_back("head " + head + fieldsText(message.fields) + " " + framing);
  if (!message.content.empty()) expected.events.push_back("body " + message.content);
  if (message.state != State::whole) return;
  if (!message.trailers.empty()) expected.events.push_back("trailers" + fieldsText(message.trailers));
  expected.events.emplace_back("end");
}

void expectAgreement(std::string_view bytes, const Transcript& ours, const Expected& theirs) {
  std::vector<std::string> events = ours.events;
  const bool refused = !events.empty() && events.back().starts_with("error ");
  const bool waits = !events.empty() && events.back() == "need data";
  if (refused || waits) events.pop_back();
  const auto disagree = [&](const std::string& how) {
    fail(how + " (" + theirs.broken + ours.sentence + ")" + listed("ours", ours.events) +
             listed("theirs", theirs.events),
         bytes);
  };
  if (!isBeginning(events, theirs.events)) disagree("what we read is not in the second reading");
  if (theirs.state == State::broken && !refused) disagree("we take what the second reading refuses");
  if (refused) {
    if (theirs.state == State::whole && !isLimit(ours)) disagree("we refuse what the second reading takes");
    return;
  }
  if (events != theirs.events) disagree("the second reading has more");
  if (theirs.state == State::whole && waits) disagree("we wait for more and the second reading is done");
}

}  // namespace megaphone::fuzz
