#include "diagnosis.h"

#include <gtest/gtest.h>
#include <netdb.h>

#include <cerrno>

namespace megaphone::client {
namespace {

const Place kTcp{Transport::tcp, "localhost", "7007", "127.0.0.1:7007"};
const Place kUdp{Transport::udp, "localhost", "7007", "127.0.0.1:7007"};

bool says(const Ending& ending, std::string_view words) { return ending.text().find(words) != std::string::npos; }

TEST(Diagnosis, APlaceIsNamedWithItsAddressWhereThatIsNew) {
  EXPECT_EQ(kTcp.text(), "localhost:7007 (127.0.0.1:7007)");
  EXPECT_EQ((Place{Transport::tcp, "127.0.0.1", "7007", "127.0.0.1:7007"}).text(), "127.0.0.1:7007");
  EXPECT_EQ((Place{Transport::tcp, "::1", "7007", "[::1]:7007"}).text(), "[::1]:7007");
  EXPECT_EQ((Place{Transport::tcp, "localhost", "7007", ""}).text(), "localhost:7007");
}

TEST(Diagnosis, AnUnknownHostAndASilentNameServerAreToldApart) {
  const Ending unknown = lookupFailed(EAI_NONAME, 0, kTcp);
  EXPECT_EQ(unknown.code, ExitCode::host_unknown);
  EXPECT_TRUE(says(unknown, "\"localhost\" is unknown")) << unknown.text();
  const Ending silent = lookupFailed(EAI_AGAIN, 0, kTcp);
  EXPECT_EQ(silent.code, ExitCode::timeout);
  EXPECT_TRUE(says(silent, "name server did not answer")) << silent.text();
}

TEST(Diagnosis, AWrongPortWordIsAUsageError) { EXPECT_EQ(lookupFailed(EAI_SERVICE, 0, kTcp).code, ExitCode::usage); }

TEST(Diagnosis, RefusedSaysThatNobodyListensInTheWordsOfTheTransport) {
  EXPECT_EQ(connectFailed(ECONNREFUSED, kTcp).code, ExitCode::unreachable);
  EXPECT_TRUE(says(connectFailed(ECONNREFUSED, kTcp), "refused the connection"));
  EXPECT_TRUE(says(connectFailed(ECONNREFUSED, kUdp), "the host answered: port unreachable"));
}

TEST(Diagnosis, ExitCodesFollowTheCause) {
  EXPECT_EQ(connectFailed(ETIMEDOUT, kTcp).code, ExitCode::timeout);
  EXPECT_EQ(connectFailed(EHOSTUNREACH, kTcp).code, ExitCode::unreachable);
  EXPECT_EQ(connectFailed(ENETUNREACH, kTcp).code, ExitCode::unreachable);
  EXPECT_EQ(connectFailed(EINVAL, kTcp).code, ExitCode::unreachable);
  EXPECT_EQ(connectFailed(EACCES, kTcp).code, ExitCode::permission);
  EXPECT_EQ(transferFailed(ECONNRESET, kTcp).code, ExitCode::io);
  EXPECT_EQ(inputFailed(EIO).code, ExitCode::io);
  EXPECT_EQ(interrupted().code, ExitCode::interrupted);
}

TEST(Diagnosis, TheSenderOfAnIcmpMessageIsNamed) {
  EXPECT_TRUE(says(connectFailed(EHOSTUNREACH, kUdp, "192.0.2.1"), "said by 192.0.2.1"));
  EXPECT_FALSE(says(connectFailed(EHOSTUNREACH, kUdp), "said by"));
}

TEST(Diagnosis, AReaderWhoHasEnoughIsNoFailureAndNeedsNoWord) {
  EXPECT_EQ(outputFailed(EPIPE).code, ExitCode::ok);
  EXPECT_EQ(outputFailed(EPIPE).text(), "");
  EXPECT_EQ(outputFailed(ENOSPC).code, ExitCode::io);
}

TEST(Diagnosis, ClosedBetweenMessagesCountsTheAnswers) {
  EXPECT_TRUE(says(closedBetween(kTcp, 1, 3), "after 1 of 3 answers"));
  EXPECT_EQ(closedBetween(kTcp, 1, 3).code, ExitCode::io);
  EXPECT_EQ(closedBetween(kTcp, 1, 0).code, ExitCode::ok);
  EXPECT_TRUE(says(closedBetween(kTcp, 0, 1), "without an answer"));
}

TEST(Diagnosis, CauseAndAdviceAreSentences) {
  EXPECT_EQ((Ending{ExitCode::io, "It broke", "Mend it"}).text(), "It broke. Mend it.");
  EXPECT_EQ((Ending{ExitCode::io, "It broke", "Is it on?"}).text(), "It broke. Is it on?");
  EXPECT_EQ((Ending{ExitCode::io, "It broke", ""}).text(), "It broke.");
}

TEST(Diagnosis, OfSeveralFailuresRefusedTellsMost) {
  EXPECT_EQ(mostTelling(0, ENETUNREACH), ENETUNREACH);
  EXPECT_EQ(mostTelling(ENETUNREACH, ETIMEDOUT), ETIMEDOUT);
  EXPECT_EQ(mostTelling(ECONNREFUSED, ETIMEDOUT), ECONNREFUSED);
  EXPECT_EQ(mostTelling(ETIMEDOUT, ECONNREFUSED), ECONNREFUSED);
}

}  // namespace
}  // namespace megaphone::client
