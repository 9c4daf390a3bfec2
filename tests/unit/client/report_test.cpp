#include "report.h"

#include <gtest/gtest.h>

#include "progress.h"
#include "verifier.h"

namespace megaphone::client {
namespace {

using namespace std::chrono_literals;

Report conversation() {
  Report report;
  report.place = {Transport::tcp, "localhost", "7007", "127.0.0.1:7007"};
  report.resolve = 100us;
  report.connect = 200us;
  report.sent(6, MonoTime(1s));
  report.received(4, MonoTime(1s + 3ms));
  report.received(2, MonoTime(9s));
  report.messages = report.answered = 1;
  report.total = 12ms;
  return report;
}

TEST(Report, PeopleReadItInOneLine) {
  EXPECT_EQ(summaryText(conversation()),
            "sent 6 bytes, received 6 bytes, 1 of 1 message answered; "
            "resolve 0.1 ms, connect 0.2 ms, first byte 3.0 ms, total 12.0 ms");
}

TEST(Report, PhasesThatWereNotReachedAreLeftOut) { EXPECT_EQ(summaryText({}), "sent 0 bytes, received 0 bytes"); }

TEST(Report, ProgramsReadItAsOneObject) {
  EXPECT_EQ(summaryLine(conversation(), {}),
            R"({"kind":"summary","protocol":"tcp","host":"localhost","port":7007,"address":"127.0.0.1:7007",)"
            R"("messages":1,"answered":1,"sent_bytes":6,"received_bytes":6,"ms_resolve":0.100,"ms_connect":0.200,)"
            R"("ms_first_byte":3.000,"ms_total":12.000,"end":"complete","exit_code":0})"
            "\n");
}

TEST(Report, AFailureSaysWhy) {
  Report report;
  report.place = {Transport::udp, "h", "1", {}};
  report.difference = compare("a", "");
  EXPECT_EQ(summaryLine(report, {ExitCode::wrong_answer, "It is wrong", "Mend it"}),
            R"({"kind":"summary","protocol":"udp","host":"h","port":1,"sent_bytes":0,"received_bytes":0,)"
            R"("difference":{"offset":0,"expected":"41","received":""},)"
            R"("end":"wrong_answer","cause":"It is wrong","advice":"Mend it","exit_code":76})"
            "\n");
}

TEST(Progress, SaysHowFarHowFastAndHowLong) {
  EXPECT_EQ(progressText(3 << 20, std::uint64_t{9} << 20, 3s), "3.0 MiB of 9.0 MiB, 1.0 MiB/s, 6 s left");
  EXPECT_EQ(progressText(500, {}, 1s), "500 B, 500 B/s");
  EXPECT_EQ(progressText(1 << 20, std::uint64_t{1} << 30, 1s), "1.0 MiB of 1.0 GiB, 1.0 MiB/s, 17 min 3 s left");
  EXPECT_EQ(progressText(0, 100, 1s), "0 B of 100 B, 0 B/s");
}

}  // namespace
}  // namespace megaphone::client
