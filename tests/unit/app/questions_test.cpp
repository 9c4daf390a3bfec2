#include "questions.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "megaphone/uv/loop.h"

namespace megaphone::app {
namespace {

using Threads = std::vector<std::size_t>;
using std::chrono::milliseconds;

struct QuestionsTest : testing::Test {
  template <class Answer>
  auto keepIn(std::optional<Answers<Answer>>& place) {
    return [&](Answers<Answer> answers) {
      EXPECT_FALSE(place) << "told twice";
      place = std::move(answers);
      loop.stop();
    };
  }
  void runFor(Duration duration) {
    uv::Timer end(loop, [this] { loop.stop(); });
    end.start(duration);
    loop.run();
  }

  uv::Loop loop;
  Questions questions{loop};
};

TEST_F(QuestionsTest, AnswersOfAllThreadsComeInTheirOrder) {
  std::optional<Answers<std::string>> told;
  const auto reply = questions.put<std::string>(3, keepIn(told));
  EXPECT_EQ(questions.missing(reply.number()), (Threads{0, 1, 2}));
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 3; ++i) threads.emplace_back([=] { reply(i, "of " + std::to_string(i)); });
  loop.run();
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(told);
  EXPECT_EQ(*told, (Answers<std::string>{"of 0", "of 1", "of 2"}));
  EXPECT_EQ(questions.missing(reply.number()), Threads{});
}

TEST_F(QuestionsTest, OneWhoDoesNotAnswerInTimeIsLeftOut) {
  std::optional<Answers<int>> told;
  const auto reply = questions.put<int>(2, keepIn(told), milliseconds(30));
  reply(1, 7);
  loop.run();
  ASSERT_TRUE(told);
  EXPECT_EQ(*told, (Answers<int>{std::nullopt, 7}));
  reply(0, 8);
  runFor(milliseconds(20));
  EXPECT_EQ(*told, (Answers<int>{std::nullopt, 7})) << "too late";
}

TEST_F(QuestionsTest, WithoutADeadlineTheLastOneIsWaitedFor) {
  std::optional<Answers<Acknowledged>> told;
  const auto reply = questions.put<Acknowledged>(3, keepIn(told));
  reply(2, {});
  reply(0, {});
  runFor(milliseconds(20));
  EXPECT_FALSE(told);
  EXPECT_EQ(questions.missing(reply.number()), Threads{1});
  reply(1, {});
  loop.run();
  EXPECT_TRUE(told);
}

TEST_F(QuestionsTest, NobodyAnswersForAnother) {
  std::optional<Answers<int>> told;
  const auto reply = questions.put<int>(2, keepIn(told));
  reply(0, 1);
  reply(0, 2);
  runFor(milliseconds(20));
  EXPECT_FALSE(told);
  EXPECT_EQ(questions.missing(reply.number()), Threads{1});
  reply(1, 3);
  loop.run();
  EXPECT_EQ(told, (Answers<int>{1, 3})) << "the first answer counts";
}

TEST_F(QuestionsTest, SeveralAtATimeAreKeptApart) {
  std::optional<Answers<int>> first;
  std::optional<Answers<std::string>> second;
  const auto one = questions.put<int>(1, keepIn(first));
  const auto other = questions.put<std::string>(1, keepIn(second));
  other(0, "b");
  loop.run();
  EXPECT_FALSE(first);
  EXPECT_EQ(second, (Answers<std::string>{"b"}));
  one(0, 1);
  loop.run();
  EXPECT_EQ(first, (Answers<int>{1}));
}

TEST_F(QuestionsTest, TheOneWhoIsToldMayAskAgain) {
  std::optional<Answers<int>> told;
  const auto reply = questions.put<int>(1, [&](Answers<int>) { questions.put<int>(1, keepIn(told))(0, 5); });
  reply(0, 4);
  loop.run();
  EXPECT_EQ(told, (Answers<int>{5}));
}

}  // namespace
}  // namespace megaphone::app
