#include "diagnosis.h"

#include <gtest/gtest.h>
#include <netdb.h>

#include <cerrno>
#include <chrono>

#include "verifier.h"

namespace megaphone::client {
namespace {

using std::chrono::seconds;

constexpr Duration kQuick = std::chrono::milliseconds(3);
const Place kTcp{Transport::tcp, "localhost", "7007", "127.0.0.1:7007"};
const Place kUdp{Transport::udp, "localhost", "7007", "127.0.0.1:7007"};

bool says(const Outcome& outcome, std::string_view words) { return outcome.text().find(words) != std::string::npos; }

TEST(Diagnosis, APlaceIsNamedWithItsAddressWhereThatIsNew) {
  EXPECT_EQ(kTcp.text(), "localhost:7007 (127.0.0.1:7007)");
  EXPECT_EQ((Place{Transport::tcp, "127.0.0.1", "7007", "127.0.0.1:7007"}).text(), "127.0.0.1:7007");
  EXPECT_EQ((Place{Transport::tcp, "::1", "7007", "[::1]:7007"}).text(), "[::1]:7007");
  EXPECT_EQ((Place{Transport::tcp, "localhost", "7007", ""}).text(), "localhost:7007");
}

TEST(Diagnosis, AnUnknownHostAndAMissingOrSilentNameServerAreToldApart) {
  const Outcome unknown = lookupFailed(EAI_NONAME, 0, kTcp, kQuick);
  EXPECT_EQ(unknown.code, ExitCode::host_unknown);
  EXPECT_TRUE(says(unknown, "\"localhost\" is unknown")) << unknown.text();
  const Outcome missing = lookupFailed(EAI_AGAIN, 0, kTcp, kQuick);
  EXPECT_EQ(missing.code, ExitCode::timeout);
  EXPECT_TRUE(says(missing, "name server cannot be reached")) << missing.text();
  const Outcome silent = lookupFailed(EAI_AGAIN, 0, kTcp, seconds(5));
  EXPECT_EQ(silent.code, ExitCode::timeout);
  EXPECT_TRUE(says(silent, "name server was silent for 5 s")) << silent.text();
  EXPECT_EQ(silent.text(), lookupTimedOut(kTcp, seconds(5)).text());
}

TEST(Diagnosis, AWrongPortWordIsAUsageError) {
  EXPECT_EQ(lookupFailed(EAI_SERVICE, 0, kTcp, kQuick).code, ExitCode::usage);
}

TEST(Diagnosis, RefusedSaysThatNobodyListensInTheWordsOfTheTransport) {
  EXPECT_EQ(connectFailed({ECONNREFUSED}, kTcp).code, ExitCode::unreachable);
  EXPECT_TRUE(says(connectFailed({ECONNREFUSED}, kTcp), "refused the connection"));
  EXPECT_TRUE(says(connectFailed({ECONNREFUSED}, kUdp), "the host answered: port unreachable"));
}

TEST(Diagnosis, ExitCodesFollowTheCause) {
  EXPECT_EQ(connectFailed({ETIMEDOUT}, kTcp).code, ExitCode::timeout);
  EXPECT_EQ(connectFailed({EHOSTUNREACH}, kTcp).code, ExitCode::unreachable);
  EXPECT_EQ(connectFailed({ENETUNREACH}, kTcp).code, ExitCode::unreachable);
  EXPECT_EQ(connectFailed({EINVAL, true}, kTcp).code, ExitCode::unreachable);
  EXPECT_EQ(connectFailed({EACCES, true}, kTcp).code, ExitCode::permission);
  EXPECT_EQ(transferFailed(ECONNRESET, kTcp).code, ExitCode::io);
  EXPECT_EQ(inputFailed(EIO).code, ExitCode::no_input);
  EXPECT_EQ(interrupted().code, ExitCode::interrupted);
}

TEST(Diagnosis, WhoSaysThatAHostIsAbsentIsNamed) {
  EXPECT_TRUE(says(connectFailed({EHOSTUNREACH, false, false, "192.0.2.1"}, kUdp), "192.0.2.1 says that the host"));
  EXPECT_TRUE(
      says(connectFailed({ENETUNREACH, false, false, "192.0.2.1"}, kTcp), "192.0.2.1 says that it has no route"));
  EXPECT_TRUE(says(connectFailed({EHOSTUNREACH}, kUdp), "No machine answers at the address"));
}

TEST(Diagnosis, WhatThisMachineSaysAtOnceIsToldFromWhatTheNetworkSays) {
  EXPECT_TRUE(says(connectFailed({ENETUNREACH, true}, kTcp), "There is no route"));
  EXPECT_TRUE(says(connectFailed({EHOSTUNREACH, true}, kTcp), "A route of this machine"));
  EXPECT_TRUE(says(connectFailed({EINVAL, true}, kTcp), "black hole"));
  const Place link_local{Transport::tcp, "fe80::1", "7", "[fe80::1]:7"};
  EXPECT_TRUE(says(connectFailed({EINVAL, true}, link_local), "fe80::1%eth0"));
}

TEST(Diagnosis, AFirewallOnTheWayIsNoServerThatIsDown) {
  EXPECT_TRUE(says(connectFailed({EHOSTUNREACH, false, true, "192.0.2.1"}, kTcp), "192.0.2.1 forbids"));
  EXPECT_TRUE(says(connectFailed({ECONNREFUSED, false, false, "192.0.2.1"}, kUdp), "not the host itself"));
  EXPECT_TRUE(says(connectFailed({ECONNREFUSED, false, false, "127.0.0.1"}, kUdp), "nothing listens"));
}

TEST(Diagnosis, AWrongAnswerGuessesWhy) {
  const auto told = [](std::string_view question, std::string_view answer) {
    return wrongAnswer(*compare(question, answer), kTcp, "the answer", false);
  };
  EXPECT_EQ(told("a", "a").code, ExitCode::wrong_answer);
  EXPECT_EQ(told("ab", "Ab").text(),
            "In the answer of localhost:7007 (127.0.0.1:7007), byte 1 (0x1) is wrong: 42 'B' was expected, "
            "62 'b' came. This letter was left small.");
  EXPECT_TRUE(says(told("\xe4", "\xc4"), "does the server use a locale?"));
  EXPECT_TRUE(says(told("a", ""), "nothing came. The server left something out"));
  EXPECT_TRUE(says(told("a", "AB"), "nothing was expected, 42 'B' came. The server said more"));
  EXPECT_TRUE(says(told("ab", "BA"), "lost, added or exchanged"));
  EXPECT_NE(told("a", "b").exhibit, "");
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
  EXPECT_EQ((Outcome{ExitCode::io, "It broke", "Mend it"}).text(), "It broke. Mend it.");
  EXPECT_EQ((Outcome{ExitCode::io, "It broke", "Is it on?"}).text(), "It broke. Is it on?");
  EXPECT_EQ((Outcome{ExitCode::io, "It broke", ""}).text(), "It broke.");
}

TEST(Diagnosis, OfSeveralFailuresRefusedTellsMost) {
  EXPECT_TRUE(tellsMore(ENETUNREACH, 0));
  EXPECT_TRUE(tellsMore(ETIMEDOUT, ENETUNREACH));
  EXPECT_TRUE(tellsMore(ECONNREFUSED, ETIMEDOUT));
  EXPECT_FALSE(tellsMore(ETIMEDOUT, ECONNREFUSED));
  EXPECT_FALSE(tellsMore(ETIMEDOUT, ETIMEDOUT));
}

}  // namespace
}  // namespace megaphone::client
