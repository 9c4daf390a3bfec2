#include "megaphone/record/packed_record.h"

#include <gtest/gtest.h>

namespace megaphone::record {
namespace {

TEST(PackedRecord, GivesBackWhatWasPacked) {
  ExchangeRecord record;
  record.id = 42;
  record.kind = Kind::connect;
  record.listener = "proxy";
  record.client = {IpAddress::v4({192, 0, 2, 7}), 4711};
  record.method = "CONNECT";
  record.target = std::string(100'000, 'x');
  record.user_agent = "curl";
  record.status = 200;
  record.client_in = 1;
  record.origin = Endpoint{IpAddress::v4({192, 0, 2, 9}), 443};
  record.connect = std::chrono::milliseconds(3);
  record.detail = "a sentence";
  const ExchangeRecord back = PackedRecord(record).unpacked();
  forEachField([&](auto row) {
    constexpr const auto& field = row.field;
    EXPECT_EQ(field.in(back), field.in(record)) << field.name.bare();
  });
}

TEST(PackedRecord, IsSmallerThanARecord) { EXPECT_LT(kPackedFields, sizeof(ExchangeRecord) * 6 / 10); }

}  // namespace
}  // namespace megaphone::record
