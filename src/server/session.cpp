#include "session.h"

#include "megaphone/http/date.h"

namespace megaphone::server {

std::string_view LoopSurroundings::date() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);  // a clock that is right to some milliseconds, and free
  if (now.tv_sec != second_) {
    second_ = now.tv_sec;
    date_.clear();
    http::appendDate(date_, WallTime(std::chrono::seconds(now.tv_sec)));
  }
  return date_;
}

void LoopContext::write(record::ExchangeRecord& record) {
  record.began = wallNow() - (record.total == record::kNever ? Duration{} : record.total);
  if (record.kind == record::Kind::http) counters.requests.add();
  if (record.kind == record::Kind::connect) counters.tunnels.add();
  counters.client_bytes_in.add(record.client_in);
  counters.client_bytes_out.add(record.client_out);
  counters.origin_bytes_in.add(record.origin_in);
  counters.origin_bytes_out.add(record.origin_out);
  counters.datagrams_in.add(record.datagrams_in);
  counters.datagrams_out.add(record.datagrams_out);
  counters.datagrams_dropped.add(record.datagrams_in - record.datagrams_out);
  counters.countEnd(record.reason);
  records.push(record);
}

}  // namespace megaphone::server
