// megaphone-logs(5) has every member and every word that the code can write, and no other. MEGAPHONE_LOGS_PAGE names
// it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "megaphone/observe/line.h"

namespace megaphone::observe {
namespace {

using Names = std::set<std::string>;

// The tags of the lists in a section of the page.
Names tags(const std::string& section) {
  const char* path = std::getenv("MEGAPHONE_LOGS_PAGE");
  std::ifstream page(path ? path : "");
  Names found;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with(".Sh ")) inside = line == ".Sh " + section;
    if (inside && line.starts_with(".It Li ")) found.insert(line.substr(7));
  }
  return found;
}

// Of the members of a flat object.
Names names(const std::string& object) {
  Names found;
  for (std::size_t at = object.find('"'); at != std::string::npos; at = object.find(",\"", at)) {
    at += object[at] == ',' ? 2U : 1U;
    found.insert(object.substr(at, object.find('"', at) - at));
  }
  return found;
}

// A record in which nothing is left out.
record::ExchangeRecord full(record::Kind kind) {
  record::ExchangeRecord record;
  record.id = 1;
  record.kind = kind;
  record.listener = record.method = record.target = record.user_agent = record.detail = "x";
  record.client = *Endpoint::parse("192.0.2.1:1");
  record.origin = record.client;
  record.status = 200;
  record.client_request = 1;
  record.head = record.resolve = record.connect = record.upload = record.first_byte = record.total =
      record.client_ended = Duration(1);
  record.reason = Reason::idle_timeout;
  return record;
}

TEST(LogsPage, HasTheMembersOfTheLogAndOfTheList) {
  Names written;
  for (const auto kind : {record::Kind::http, record::Kind::uppercase_udp}) {
    std::string log;
    appendJsonLine(log, full(kind), {});
    std::string list;
    appendJsonLine(list, record::LiveConnection{full(kind), {}, record::Phase::head, Duration(1), {1}}, {});
    written.merge(names(log));
    written.merge(names(list));
  }
  EXPECT_EQ(tags("MEMBERS"), written);
}

TEST(LogsPage, HasTheWordsOfTheEnd) {
  Names written;
  for (std::size_t reason = 0; reason < kReasonCount; ++reason) {
    for (const Duration ended : {record::kNever, Duration(1)}) {
      record::ExchangeRecord record = full(record::Kind::http);
      record.reason = static_cast<Reason>(reason);
      record.ended_in = record::Phase::upload;
      record.client_ended = ended;
      std::string end;
      appendEnd(end, record);
      const std::size_t phase = end.find("-upload");
      written.insert(phase == std::string::npos ? end : end.substr(0, phase) + "-PHASE");
    }
  }
  EXPECT_EQ(tags("THE END"), written);
}

TEST(LogsPage, HasTheFormats) { EXPECT_EQ(tags("FORMATS"), (Names{"json", "logfmt", "combined", "squid", "text"})); }

}  // namespace
}  // namespace megaphone::observe
