#include "session.h"

#include "megaphone/http/date.h"

namespace megaphone::server {

using observe::Count;

std::string_view LoopEnvironment::date() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);  // a clock that is right to some milliseconds, and free
  if (now.tv_sec != second_) {
    second_ = now.tv_sec;
    date_.clear();
    http::appendDate(date_, WallTime(std::chrono::seconds(now.tv_sec)));
  }
  return date_;
}

void countTraffic(record::ExchangeRecord& record, observe::Counters& counters) {
  const record::Traffic& before = record.counted;
  counters[Count::client_bytes_in].add(record.client_in - before.client_in);
  counters[Count::client_bytes_out].add(record.client_out - before.client_out);
  counters[Count::origin_bytes_in].add(record.origin_in - before.origin_in);
  counters[Count::origin_bytes_out].add(record.origin_out - before.origin_out);
  record.counted = record;
}

void LoopContext::write(record::ExchangeRecord& record, observe::Counters& counters) {
  record.began = wallNow() - (record.total == record::kNever ? Duration{} : record.total);
  if (record.ended_in == record::Phase::tunnel) {
    counters[Count::tunnels].add();
  } else if (record.kind == record::Kind::http || record.kind == record::Kind::connect) {
    counters[Count::requests].add();
  }
  if (isRefusal(record.reason)) counters[Count::requests_refused].add();
  countTraffic(record, counters);
  if (record.datagrams_in > 0) {
    counters[Count::datagrams_in].add(record.datagrams_in);
    counters[Count::datagrams_out].add(record.datagrams_out);
    counters[Count::datagrams_dropped].add(record.datagrams_in - record.datagrams_out);
  }
  counters.ended(record.reason).add();
  records.push(record);
}

}  // namespace megaphone::server
