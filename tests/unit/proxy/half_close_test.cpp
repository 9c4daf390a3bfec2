// Plays every row of the first two tables of docs/half-close.md, and sees to it that no row is missing.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "exchange_cases.h"
#include "megaphone/proxy/tunnel.h"

namespace megaphone::proxy {
namespace {

using namespace testing;
using Row = std::vector<std::string>;

std::string trim(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

// The rows of the table below the heading `title`, without its head.
std::vector<Row> readTable(const std::string& title) {
  std::ifstream page(HALF_CLOSE_TABLES);
  EXPECT_TRUE(page.is_open()) << HALF_CLOSE_TABLES;
  std::vector<Row> rows;
  bool here = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## ")) here = line == "## " + title;
    if (!here || !line.starts_with("|")) continue;
    Row& row = rows.emplace_back();
    std::istringstream cells(line.substr(1));
    for (std::string cell; std::getline(cells, cell, '|');) row.push_back(trim(cell));
  }
  if (rows.size() > 2) rows.erase(rows.begin(), rows.begin() + 2);
  return rows;
}

std::string text(const Row& row) {
  std::string all;
  for (const std::string& cell : row) all += "| " + cell + " ";
  return all;
}

// --- tunnel

Tunnel::Half halfFrom(const std::string& word) {
  static const std::map<std::string, Tunnel::Half> kHalves{
      {"flowing", Tunnel::Half::flowing}, {"draining", Tunnel::Half::draining}, {"closed", Tunnel::Half::closed}};
  return kHalves.at(word);
}

void lead(Tunnel& tunnel, Side side, Tunnel::Half half) {
  if (half != Tunnel::Half::flowing) tunnel.ended(side, half == Tunnel::Half::draining);
  while (tunnel.next() != Tunnel::Action::none) {
  }
}

void play(Tunnel& tunnel, const std::string& event) {
  const Side side = event.starts_with("client") ? Side::client : Side::origin;
  if (event.ends_with("bytes are written"))
    tunnel.drained(side);
  else
    tunnel.ended(side, event.ends_with("bytes wait"));
}

std::string word(Tunnel::Action action) {
  switch (action) {
    case Tunnel::Action::none: return "none";
    case Tunnel::Action::end_origin: return "end origin";
    case Tunnel::Action::end_client: return "end client";
    case Tunnel::Action::over: return "over";
  }
  return "";
}

TEST(HalfClose, EveryRowOfTheTunnelHolds) {
  const std::vector<Row> rows = readTable("Tunnel");
  ASSERT_FALSE(rows.empty());
  for (const Row& row : rows) {
    SCOPED_TRACE(text(row));
    ASSERT_EQ(row.size(), 6U);
    Tunnel tunnel;
    lead(tunnel, Side::client, halfFrom(row[0]));
    lead(tunnel, Side::origin, halfFrom(row[1]));
    play(tunnel, row[2]);
    EXPECT_EQ(tunnel.half(Side::client), halfFrom(row[3]));
    EXPECT_EQ(tunnel.half(Side::origin), halfFrom(row[4]));
    EXPECT_EQ(word(tunnel.next()), row[5]);
    EXPECT_EQ(word(tunnel.next()), row[5] == "over" ? "over" : "none");
  }
}

TEST(HalfClose, TheTunnelHasARowForEachThingThatCanHappen) {
  std::set<Row> expected;
  for (const std::string client : {"flowing", "draining", "closed"}) {
    for (const std::string origin : {"flowing", "draining", "closed"}) {
      for (const auto& [name, half] : {std::pair{std::string("client"), client}, {std::string("origin"), origin}}) {
        if (half == "flowing")
          expected.insert({{client, origin, name + " ends"}, {client, origin, name + " ends, bytes wait"}});
        if (half == "draining") expected.insert({client, origin, name + "'s bytes are written"});
      }
    }
  }
  std::set<Row> found;
  for (const Row& row : readTable("Tunnel")) {
    EXPECT_TRUE(found.insert({row[0], row[1], row[2]}).second) << text(row);
  }
  EXPECT_EQ(found, expected);
}

// --- exchange

struct Situation {
  Script script;
  std::string answer;
};

const std::string kUpload = request("POST", "Content-Length: 9\r\n", "half");
const std::string kOld = "GET http://a.example/ HTTP/1.0\r\n\r\n";

std::map<std::string, Script> requests() {
  const std::deque<Origin> held{{.connect = Origin::Connect::held}};
  const std::deque<Origin> silent{{.when = Origin::When::never}};
  const std::deque<Origin> kept{{.connect = Origin::Connect::reused, .when = Origin::When::never},
                                {.connect = Origin::Connect::held}};
  return {{"none", {}},
          {"head in part", {.client = "GET http://a"}},
          {"whole, being judged", {.client = request("GET"), .judge = Judge::hold}},
          {"whole, connecting", {.client = request("GET"), .origins = held}},
          {"part, connecting", {.client = request("POST", "Content-Length: 9\r\n"), .origins = held}},
          {"part", {.client = kUpload, .origins = silent}},
          {"whole", {.client = request("GET"), .origins = silent}},
          {"whole, on a kept connection", {.client = request("GET"), .origins = kept}},
          {"whole, of HTTP/1.0", {.client = kOld, .origins = silent}}};
}

const std::map<std::string, std::string> kAnswers{
    {"none", ""},
    {"awaited", ""},
    {"begun, length", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"},
    {"begun, chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"},
    {"begun, chunked for a close", "HTTP/1.1 200 OK\r\n\r\nhalf"},
    {"begun, close", "HTTP/1.1 200 OK\r\n\r\nhalf"}};

void play(FakeSession& session, const std::string& event) {
  if (event == "client ends") return session.clientEnds();
  if (event == "client resets") return session.clientFails(Reason::client_reset);
  if (event == "origin ends") return session.originEnds();
  if (event == "origin resets") return session.originBreaks(Reason::connection_terminated, 104);
  ADD_FAILURE() << "unknown event: " << event;
}

std::string whatCame(const std::string& bytes) {
  if (bytes.empty()) return "nothing";
  if (bytes.starts_with("HTTP/1.1 502 ")) return "502";
  return bytes == "0\r\n\r\n" ? "last chunk" : bytes;
}

TEST(HalfClose, EveryRowOfTheExchangeHolds) {
  const std::vector<Row> rows = readTable("Exchange");
  ASSERT_FALSE(rows.empty());
  const auto scripts = requests();
  for (const Row& row : rows) {
    SCOPED_TRACE(text(row));
    ASSERT_EQ(row.size(), 5U);
    ASSERT_TRUE(scripts.count(row[0]) == 1 && kAnswers.count(row[1]) == 1);
    FakeSession session(scripts.at(row[0]));
    session.origin(kAnswers.at(row[1]));
    const std::size_t said = session.clientBytes().size();
    const std::size_t done = session.trace().size();
    play(session, row[2]);
    EXPECT_EQ(whatCame(session.clientBytes().substr(said)), row[3]);
    EXPECT_EQ(trim(session.trace().substr(done)), row[4]);
    expectSound(session);
  }
}

TEST(HalfClose, TheExchangeHasARowForEachSideThatIsThere) {
  std::set<Row> found;
  for (const Row& row : readTable("Exchange")) {
    EXPECT_TRUE(found.insert({row[0], row[1], row[2]}).second) << text(row);
  }
  for (const auto& [name, script] : requests()) {
    const bool answering = name == "part" || name == "whole";
    for (const std::string answer : {answering ? "awaited" : "none", "begun, length"}) {
      if (answer == "begun, length" && !answering) continue;
      if (name == "whole, on a kept connection" || name == "whole, of HTTP/1.0") continue;
      EXPECT_TRUE(found.count({name, answer, "client ends"})) << name << " | " << answer;
      EXPECT_TRUE(found.count({name, answer, "client resets"})) << name << " | " << answer;
      if (!answering) continue;
      EXPECT_TRUE(found.count({name, answer, "origin ends"})) << name << " | " << answer;
      EXPECT_TRUE(found.count({name, answer, "origin resets"})) << name << " | " << answer;
    }
  }
}

}  // namespace
}  // namespace megaphone::proxy
