// IntrusiveList: a doubly linked list whose links live in the elements. Adding and removing never allocate.
//
// An element derives from ListNode<Tag> and may be in one list per tag. Its destructor unlinks it.
#pragma once

#include <cstddef>

namespace megaphone {

template <class Tag>
class ListNode {
 public:
  ListNode() = default;
  ListNode(const ListNode&) = delete;
  ListNode& operator=(const ListNode&) = delete;
  ~ListNode() { unlink(); }

  bool linked() const { return next_ != nullptr; }
  void unlink() {
    if (!next_) return;
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = previous_ = nullptr;
  }

 private:
  template <class T, class U>
  friend class IntrusiveList;
  ListNode* next_ = nullptr;
  ListNode* previous_ = nullptr;
};

// Owns no elements; its destructor unlinks those that are left.
template <class T, class Tag = T>
class IntrusiveList {
 public:
  using Node = ListNode<Tag>;

  IntrusiveList() { head_.next_ = head_.previous_ = &head_; }
  IntrusiveList(const IntrusiveList&) = delete;
  IntrusiveList& operator=(const IntrusiveList&) = delete;
  ~IntrusiveList() {
    clear();
    head_.next_ = head_.previous_ = nullptr;
  }

  bool empty() const { return head_.next_ == &head_; }
  T* front() { return empty() ? nullptr : static_cast<T*>(head_.next_); }
  T* back() { return empty() ? nullptr : static_cast<T*>(head_.previous_); }

  // Add an element, or move it if it is already in a list of this tag.
  void pushBack(T& element) { insertBefore(&head_, element); }
  void pushFront(T& element) { insertBefore(head_.next_, element); }
  void clear() {
    while (!empty()) head_.next_->unlink();
  }
  // Moves all elements of `other` to the end of this list.
  void takeAll(IntrusiveList& other) {
    while (T* element = other.front()) pushBack(*element);
  }

  // Returns the first element for which `matches(element)` holds, or null.
  template <class Matches>
  T* find(Matches&& matches) {
    for (Node* node = head_.next_; node != &head_; node = node->next_) {
      if (matches(static_cast<T&>(*node))) return static_cast<T*>(node);
    }
    return nullptr;
  }

  // Calls `visit(element)` for each. `visit` may remove the element it is given, and no other.
  template <class Visit>
  void forEach(Visit&& visit) {
    for (Node* node = head_.next_; node != &head_;) {
      Node* next = node->next_;
      visit(static_cast<T&>(*node));
      node = next;
    }
  }

 private:
  void insertBefore(Node* position, T& element) {
    Node& node = element;
    if (&node == position) return;
    node.unlink();
    node.previous_ = position->previous_;
    node.next_ = position;
    position->previous_->next_ = &node;
    position->previous_ = &node;
  }

  mutable Node head_;
};

}  // namespace megaphone
