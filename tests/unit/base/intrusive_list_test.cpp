#include "megaphone/base/intrusive_list.h"

#include <gtest/gtest.h>

#include <vector>

namespace megaphone {
namespace {

struct Item : ListNode<Item> {
  explicit Item(int v) : value(v) {}
  int value;
};

std::vector<int> values(IntrusiveList<Item>& list) {
  std::vector<int> out;
  list.forEach([&](Item& item) { out.push_back(item.value); });
  return out;
}

TEST(IntrusiveList, KeepsOrderAndMovesWhatIsAddedAgain) {
  IntrusiveList<Item> list;
  Item a(1), b(2), c(3);
  list.pushBack(a);
  list.pushBack(b);
  list.pushFront(c);
  EXPECT_EQ(values(list), (std::vector<int>{3, 1, 2}));
  list.pushBack(c);
  EXPECT_EQ(values(list), (std::vector<int>{1, 2, 3}));
  list.pushFront(a);
  EXPECT_EQ(list.front(), &a);
}

TEST(IntrusiveList, ADeadElementIsGone) {
  IntrusiveList<Item> list;
  Item a(1);
  list.pushBack(a);
  {
    Item b(2);
    list.pushBack(b);
  }
  EXPECT_EQ(values(list), (std::vector<int>{1}));
}

TEST(IntrusiveList, TheVisitedMayLeaveWhileVisited) {
  IntrusiveList<Item> list;
  Item a(1), b(2), c(3);
  for (Item* item : {&a, &b, &c}) list.pushBack(*item);
  list.forEach([](Item& item) { item.unlink(); });
  EXPECT_TRUE(list.empty());
  EXPECT_FALSE(b.linked());
}

TEST(IntrusiveList, ElementsOutliveTheirList) {
  Item a(1);
  {
    IntrusiveList<Item> list;
    list.pushBack(a);
  }
  EXPECT_FALSE(a.linked());
}

}  // namespace
}  // namespace megaphone
