#include "megaphone/record/exchange_record.h"

#include <gtest/gtest.h>

#include <vector>

namespace megaphone::record {
namespace {

TEST(Kind, HasTheWordsOfTheLog) {
  EXPECT_EQ(word(Kind::http), "http");
  EXPECT_EQ(word(Kind::connect), "connect");
  EXPECT_EQ(word(Kind::uppercase_tcp), "tcp");
  EXPECT_EQ(word(Kind::uppercase_udp), "udp");
}

std::vector<std::string*> texts(ExchangeRecord& record) {
  return {&record.listener, &record.method, &record.target, &record.referer, &record.user_agent, &record.detail};
}

TEST(ExchangeRecord, IsAsNewAfterClearButKeepsItsMemory) {
  ExchangeRecord record;
  record.id = 7;
  record.kind = Kind::connect;
  record.began = wallNow();
  record.client = *Endpoint::parse("127.0.0.1:1");
  record.origin = record.client;
  record.status = 200;
  record.client_in = record.client_out = record.origin_in = record.origin_out = 1;
  record.datagrams_in = record.datagrams_out = 1;
  record.origin_reused = true;
  record.client_request = 3;
  record.head = record.resolve = record.connect = record.upload = record.first_byte = record.total = Duration{5};
  record.reason = Reason::client_reset;
  record.ended_by = Side::client;
  record.ended_in = Phase::body;
  record.http10 = true;
  for (std::string* text : texts(record)) text->assign(500, 'x');

  record.clear();

  const ExchangeRecord fresh;
  for (const std::string* text : texts(record)) {
    EXPECT_TRUE(text->empty());
    EXPECT_GE(text->capacity(), 500u);
  }
  EXPECT_EQ(record.id, 0u);
  EXPECT_EQ(record.kind, Kind::http);
  EXPECT_EQ(record.began, fresh.began);
  EXPECT_EQ(record.client, fresh.client);
  EXPECT_FALSE(record.origin);
  EXPECT_EQ(record.status, 0);
  EXPECT_EQ(record.client_in + record.client_out + record.origin_in + record.origin_out, 0u);
  EXPECT_EQ(record.datagrams_in + record.datagrams_out, 0u);
  EXPECT_FALSE(record.origin_reused);
  EXPECT_FALSE(record.http10);
  EXPECT_EQ(record.client_request, 0u);
  for (const Duration phase :
       {record.head, record.resolve, record.connect, record.upload, record.first_byte, record.total}) {
    EXPECT_EQ(phase, kNever);
  }
  EXPECT_EQ(record.reason, Reason::none);
  EXPECT_EQ(record.ended_by, Side::daemon);
  EXPECT_EQ(record.ended_in, Phase::none);
}

TEST(ExchangeRecord, LetsGoOfWhatIsMuchForAConnectionThatMayIdle) {
  ExchangeRecord record;
  for (std::string* text : texts(record)) text->assign(20'000, 'x');
  record.clear();
  for (const std::string* text : texts(record)) EXPECT_LT(text->capacity(), 513u);
}

}  // namespace
}  // namespace megaphone::record
